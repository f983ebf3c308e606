"""The clock of the session windows for real input: time is what the events say, moved into the future.

Pinned by: `test_a_shifted_clock_gives_the_same_sessions`, and the engine's rule of late events by
`test_a_stall_longer_than_the_wait_loses_events`. On an upgrade: `event_time` is enough once the engine no
longer wakes every session whose time has passed by the system clock.
"""

from datetime import timedelta

from bytewax.window import EventClockConfig

REPLAY_SHIFT = timedelta(days=36525)
"""How far the clock moves the times of a finished log: a hundred years."""


def event_clock(wait: timedelta, shift: timedelta = REPLAY_SHIFT) -> EventClockConfig:
    """Return a clock that takes the time from the events, and holds it back by `wait`.

    While a user is silent, the engine lets the user's clock run on with the wall clock, and drops without
    a word what comes behind it. So `wait` must be longer than the longest stall or outage. The price: a
    live session is handed on only `wait` after its gap has passed.

    `shift` spares work. The engine wakes every open session whose last event plus the gap lies behind the
    wall clock: in the replay of an old log, all of them, each time that it is handed anything. With all
    times moved alike, they compare as before, and no session is woken in vain. On a live stream, a shift
    of `wait` does the same and sessions still end in time. The engine keeps the moved times with its state:
    the shift must stay the same from run to run.
    """
    return EventClockConfig(lambda event: event.time + shift, wait)
