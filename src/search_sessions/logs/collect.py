"""A log in memory: its sessions and searches, for all that looks at more than one of them."""

import sys
from argparse import ArgumentTypeError

from search_sessions.engine.stop import say
from search_sessions.formats.tally import Tally
from search_sessions.logs.command import status_of
from search_sessions.logs.dead_letters import SHOWN, sentence_of
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


def read_log(path: str, settings: Settings) -> Collected:
    """Return all that the flow makes of a log; tell on standard error what became of its lines."""
    reader = make_reader(settings)
    collected = collect(LogInput([path]), line_reader(reader.read), settings)
    tell_account(collected, reader.tally, settings)
    return collected


def tell_account(collected: Collected, tally: Tally, settings: Settings) -> None:
    """Tell on standard error what became of the lines of a log; end with status 1 if none could be used.

    `tally` is what their reader has noticed. Reasons, hints and counts come as the log command has them; then
    a blank line, before what the program prints.
    """
    letters, lines = collected.dead_letters, collected.report.lines
    for letter in letters[:SHOWN]:
        say(sentence_of(letter))
    if len(letters) > SHOWN:
        more = f"... and {len(letters) - SHOWN:,} more"
        say(f"{more}: `python -m search_sessions LOG --rejects FILE` keeps them all.")
    for hint in tally.hints(lines.records):
        say(hint)
    say(lines.sentence())
    if status := status_of(collected.report, settings):
        sys.exit(status)
    say("")


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
