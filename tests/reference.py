"""The right answers in plain Python: no engine, no speed, nothing shared with the package but its events.

The searches of a log are found by `examples/plain.py`, which the examples compare with, too.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from plain import searches
from search_sessions.events import Event

__all__ = ["searches", "sessions"]


def sessions(events: Iterable[Event], gap: timedelta) -> list[tuple[str, list[Event]]]:
    """Sort the events by time, and cut each user's where the gap is reached."""
    users: defaultdict[str, list[list[Event]]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.time):
        cut = users[str(event.user)]
        if not cut or event.time - cut[-1][-1].time >= gap:
            cut.append([])
        cut[-1].append(event)
    return [(user, session) for user, cut in users.items() for session in cut]
