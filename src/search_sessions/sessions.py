"""From events to sessions: a key, a gap, and a list that grows.

A session is one user's events, each less than a gap after the one before.
"""

from datetime import timedelta

from search_sessions.events import Event

GAP = timedelta(minutes=30)
"""An event this long or longer after the user's last one starts a new session."""

UserSession = tuple[str, list[Event]]
"""A user and the events of one of their sessions, in the order of the input, which must be that of time."""


def user_event(event: Event) -> tuple[str, Event]:
    """Key the event by its user: windows group by a key, and the engine wants it to be a string."""
    return str(event.user), event


def add_event(session: list[Event], event: Event) -> list[Event]:
    """Add the event to the session: `fold_window` calls `list` to begin one, and this for each event."""
    session.append(event)
    return session
