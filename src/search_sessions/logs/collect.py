"""A log in memory: its sessions and searches, for all that looks at more than one of them."""

from argparse import ArgumentTypeError

from search_sessions.logs.file_checks import is_lasting_file
from search_sessions.logs.source import LogInput
from search_sessions.pipeline.collect import Collected, collect
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.settings import Settings


def collect_log(path: str, settings: Settings | None = None) -> Collected:
    """Return all that the flow makes of a log.

    Raises:
        OSError: the path names no file that can be read.

    """
    settings = settings or Settings()
    return collect(LogInput([path]), line_reader(make_reader(settings).read), settings)


def readable_log(path: str) -> str:
    """Return the path if it names a log that can be read: the `type` of a program's argument."""
    try:
        LogInput([path])
    except OSError as error:
        raise ArgumentTypeError(f"{path}: {error.strerror}.") from None
    return path


def rereadable_log(path: str) -> str:
    """Return the path if it names a log that can be read again: a pipe would be empty, or never end."""
    if not is_lasting_file(readable_log(path)):
        raise ArgumentTypeError(f"{path}: it is read more than once, so it must be a file.")
    return path
