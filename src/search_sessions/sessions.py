"""From events to sessions: a key, a clock, a window.

A session is one user's events, each less than a gap after the one before.
"""

from datetime import timedelta

from bytewax.window import EventClockConfig

from search_sessions.events import Event
from search_sessions.pairs import Pair

GAP = timedelta(minutes=30)
"""An event this long or longer after the user's last one starts a new session."""

WAIT = timedelta(minutes=90)
"""How long the run may stall, or be down, before the engine takes a waiting event for late."""

REPLAY_SHIFT = timedelta(days=36525)
"""How far the clock moves the times of a log into the future: a century."""

UserSession = tuple[str, list[Event]]
"""A user and the events of one of their sessions, in order of time."""


def user_event(event: Event) -> tuple[str, Event]:
    """Key the event by its user: windows group by a key, and the engine wants it to be a string."""
    return str(event.user), event


def quick_user_event(event: Event) -> tuple[str, Event]:
    """Key the event by its user, too, in a pair that costs the engine less."""
    return Pair((str(event.user), event))


def add_event(session: list[Event], event: Event) -> list[Event]:
    """Add the event to the session: the folder of `fold_window`, as `list` is its builder."""
    session.append(event)
    return session


def event_clock(wait: timedelta = WAIT, shift: timedelta = REPLAY_SHIFT) -> EventClockConfig:
    """Return the clock of the session windows: time is what the events say it is.

    The engine also lets each user's clock run on with the wall clock while the user is silent, and drops
    without a word what comes behind it. `wait` holds the clock back by that much, so it must be above
    zero, or two events of one moment are one too many, and longer than the longest stall or outage. In
    return a live session is handed on only `wait` after its gap has passed.

    `shift` spares work. When the engine is handed events, it visits every open session whose last event
    plus the gap lies behind the wall clock: in the replay of an old log, all of them, each time. Moved
    into the future alike, all times compare as before and no session is visited in vain. On a live
    stream a shift of exactly `wait` does the same, and sessions still end in time.
    """
    return EventClockConfig(lambda event: event.time + shift, wait)
