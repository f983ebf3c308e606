"""What the engine prints on standard error when it fails, kept until someone can say what went wrong.

It prints a panic where it happens, before the run can name the cause in a sentence; and with several workers,
the cause is printed and stands nowhere else.

Pinned by: `test_an_exception_in_a_step_is_a_panic_and_may_end_with_status_0`. On an upgrade: it can go once
the engine raises its errors and prints nothing.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile

STDERR = 2
"""The descriptor that the engine prints on."""


@contextmanager
def panics_kept() -> Iterator[Callable[[], str]]:
    """Keep what the engine prints, and give a function that returns it; what Python prints is not kept."""
    try:
        kept, shown = TemporaryFile("w+", errors="replace"), os.dup(STDERR)  # noqa: SIM115
    except OSError:  # there is no place for such a file: the engine prints at once
        yield lambda: ""
        return

    def printed() -> str:
        kept.seek(0)
        return kept.read()

    before = sys.stderr
    os.dup2(kept.fileno(), STDERR)
    # Not closed with the rest: a progress bar that begins meanwhile has its end there, too.
    sys.stderr = open(shown, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    try:
        yield printed
    finally:
        sys.stderr = before
        os.dup2(shown, STDERR)
        kept.close()
