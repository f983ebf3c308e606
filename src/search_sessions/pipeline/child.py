"""A process that this one starts, and that ends with it, however this one ends."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import wait
from threading import Thread
from typing import Any

from search_sessions.engine.run import end_quietly_by_signal


def start_child(run: Callable[..., None], *arguments: Any) -> None:
    """Start a process that calls a function of a module; it never gets the Ctrl-C of a terminal."""
    with signals_held_back():
        get_context("spawn").Process(target=run_child, args=(run, arguments), daemon=True).start()


def run_child(run: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """Call the function, in the process that was started for it."""
    end_quietly_by_signal()
    Thread(target=end_with_parent, daemon=True).start()
    run(*arguments)


def end_with_parent() -> None:
    """Wait until the process that has started this one is gone, and end as well."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


@contextmanager
def signals_held_back() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait; processes that are started meanwhile never get Ctrl-C.

    The mask is for them: in this one, another thread may take the signal, so the handlers wait as well.
    """
    came: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: came.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    if sys.platform != "win32":  # it has no mask
        resource_tracker.ensure_running()  # started later, it would lift the mask
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for missed in came:
        signal.raise_signal(missed)
