"""From events to sessions: a key, a gap, and a list that grows.

A session is one user's events, each less than a gap after the one before.
"""

from datetime import timedelta

from search_sessions.events import Event

GAP = timedelta(minutes=30)
"""An event this long or longer after the user's last one starts a new session."""

UserSession = tuple[str, list[Event]]
"""A user and the events of one of their sessions, in order of time."""


def user_event(event: Event) -> tuple[str, Event]:
    """Key the event by its user: windows group by a key, and the engine wants it to be a string."""
    return str(event.user), event


def add_event(session: list[Event], event: Event) -> list[Event]:
    """Add the event to the session: the folder of `fold_window`, as `list` is its builder."""
    session.append(event)
    return session
