"""What a reader of records returns: for every record an outcome, so that each can be counted."""

from collections.abc import Callable

from search_sessions.events import Event


class RecordError(ValueError):
    """A record cannot be an event; the message is a sentence that says why."""


Outcome = Event | RecordError | None
"""What became of a record: an event, an error that says why there is none, or None: it is no record of a
user, such as a blank line."""

Read = Callable[[bytes], list[Outcome]]
"""Reads a line of a log, or a message: one outcome for each record in it."""
