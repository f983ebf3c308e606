"""The end of a run that cannot go on.

Pinned by: `test_an_exception_in_a_step_is_a_panic_and_may_end_with_status_0`. On an upgrade: an exception is
enough once the engine prints it alone and ends with a status above 0, whatever the number of workers.
"""

import os
import sys
from threading import Lock
from typing import NoReturn

STOPPING = Lock()

NO_READER = 141
"""The status of a process whose output has no reader, as a shell tells it: 128 and the number of SIGPIPE."""


def say(sentence: str) -> None:
    """Print a sentence on standard error; where that cannot be written, the run goes on without a word."""
    try:
        print(sentence, file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - or Python would try again at its end, and fail


def stop_run(sentence: str, status: int = 1) -> NoReturn:
    """End the process, with a sentence on standard error and a status.

    Raised as an exception, it would make the engine print a panic and, with several workers, end with
    status 0. What an epoch has confirmed is safe, and the next run goes on from there.
    """
    STOPPING.acquire()  # for good: where several workers fail at once, one of them speaks
    say(sentence)
    os._exit(status)


def stop_at_stdout(error: OSError) -> NoReturn:
    """End the process, since standard output cannot be written; quietly, where its reader wants no more.

    A reader such as `head` ends once it has had enough. To end by the signal SIGPIPE is no way: a standard
    error without a reader would end the run, too.
    """
    if isinstance(error, BrokenPipeError):
        os._exit(NO_READER)
    stop_run(f"Standard output: {error.strerror}.")
