"""Sentences on standard error, beside a status line that may stand there already."""

import sys
from typing import NoReturn

from search_sessions.engine import stop as process

CLEAR = "\r\x1b[K"
"""What moves a terminal to the start of its line, and empties the line."""


def clear_line() -> None:
    """Empty the line of a terminal; do nothing elsewhere."""
    if sys.stderr.isatty():
        print(CLEAR, end="", file=sys.stderr)


def say(sentence: str) -> None:
    """Print a sentence."""
    clear_line()
    process.say(sentence)


def stop(sentence: str) -> NoReturn:
    """End the run with a sentence, and status 1."""
    clear_line()
    process.stop_run(sentence)
