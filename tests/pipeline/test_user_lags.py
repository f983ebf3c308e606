"""The guard remembers a user's least lag for as long as the engine does, and not for much longer."""

import random
from collections.abc import Iterator
from copy import copy
from datetime import datetime, timedelta, timezone

import pytest

from search_sessions.events import Activity, Event
from search_sessions.pipeline import lag
from search_sessions.pipeline.flow import live_stream
from search_sessions.pipeline.lag import LagGuard, LagState, LagTooLongError
from search_sessions.pipeline.settings import Settings
from search_sessions.pipeline.user_lags import UNKNOWN

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
GAP, WAIT, DELAY = 3, 6, 1  # seconds
LIVE = live_stream(
    Settings(gap_minutes=GAP / 60, wait_minutes=WAIT / 60, max_delay_seconds=DELAY), WAIT * SECOND
)
LIMITS = LIVE.limits


class Clock:
    """The wall clock of the guard."""

    time = START

    @classmethod
    def now(cls, zone: timezone) -> datetime:
        assert zone is timezone.utc
        return cls.time


@pytest.fixture(autouse=True, scope="module")
def _clock() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lag, "datetime", Clock)
        yield


def hand_on(guard: LagGuard, now: float, events: dict[str, float]) -> None:
    """Hand on an event of each user, with its second, at a second; at once, the source is asked for more."""
    Clock.time = START + now * SECOND
    guard.hand_on([Activity(user, START + second * SECOND) for user, second in events.items()])
    guard.look_back()


def test_a_lag_that_grows_slowly_stops_nothing_while_users_come_and_go() -> None:
    guard = LagGuard(LIMITS, None)
    for second in range(1_000):  # a user comes back after 100 seconds, and the lag has grown by 2
        hand_on(guard, second, {f"u{second % 100}": second - second / 50})


def test_a_user_who_is_never_quiet_has_a_clock_from_long_ago() -> None:
    guard = LagGuard(LIMITS, None)
    for second in range(225):
        hand_on(guard, second, {"busy": second - second / 50})
    with pytest.raises(LagTooLongError, match="cannot keep up"):
        hand_on(guard, 226, {"busy": 226 - 226 / 50})


def test_a_stall_longer_than_anyone_is_remembered_stops_the_run_all_the_same() -> None:
    guard = LagGuard(LIMITS, None)
    hand_on(guard, 0, {"u": 0})
    with pytest.raises(LagTooLongError, match="stood still for 0:16:40"):
        hand_on(guard, 1_000, {"u": 1})


def test_of_an_earlier_run_every_user_is_remembered_but_not_for_ever() -> None:
    state = LagState(0 * SECOND, START)
    with pytest.raises(LagTooLongError, match="was down for 0:00:20"):
        hand_on(LagGuard(LIMITS, state), 20, {"anyone": 1})
    guard = LagGuard(LIMITS, state)
    for second in range(1, 30):
        hand_on(guard, second, {"anyone": second})
    hand_on(guard, 30, {"anyone": 29, "another": 29})
    assert guard.state == LagState(0 * SECOND, START + 30 * SECOND)


def test_a_finished_log_forgets_nobody_since_no_wall_clock_ends_its_sessions() -> None:
    guard = LagGuard(LIMITS._replace(memory=None), None)
    for second in range(0, 100, 5):
        hand_on(guard, second, {f"u{second}": second})
    with pytest.raises(LagTooLongError):
        hand_on(guard, 200, {"u0": 100})


class Engine:
    """What the engine does: a user's clock is the least lag, and the newest time is when its session ends."""

    def __init__(self, clocks: dict[str, tuple[timedelta, datetime]]) -> None:
        self.clocks = clocks

    def handle(self, events: list[Event], now: datetime) -> int:
        """Take events, visit the users whose time has come, and return how many events are dropped."""
        dropped = 0
        for event in events:
            user, lag = str(event.user), now - event.time
            least, newest = self.clocks.get(user, (UNKNOWN, event.time))
            late = lag - min(least, lag) > LIMITS.growth
            dropped += late
            self.clocks[user] = min(least, lag), newest if late else max(newest, event.time)
            self._end(user, now)
        for user, (_, newest) in list(self.clocks.items()):
            if newest + LIVE.shift + GAP * SECOND <= now:
                self._end(user, now)
        return dropped

    def _end(self, user: str, now: datetime) -> None:
        """Forget the user if the watermark has reached the end of the session."""
        least, newest = self.clocks[user]
        if newest + GAP * SECOND <= now - LIMITS.growth - least:
            del self.clocks[user]


@pytest.mark.parametrize("seed", range(10))
def test_the_engine_never_drops_an_event_of_a_run_that_goes_on(seed: int) -> None:
    rnd = random.Random(seed)  # noqa: S311 - a fixed seed, not a secret
    stops = sum(is_stopped(rnd) for _ in range(200))
    assert 0 < stops < 200


def is_stopped(rnd: random.Random) -> bool:
    """Simulate a run that stalls, lags, crashes and is resumed; say whether the guard has stopped it."""
    trend = rnd.choice([0.0, 0.05, 0.2, 0.7])
    pauses = rnd.choice([[1], [0, 1, 2], [1, 1, 1, 1, 9, 12], [3, 9, 30]])
    users, presence = rnd.choice([("abc", 0.6), ("abcdefghijklmnopqrst", 0.05)])
    guard, engine = LagGuard(LIMITS, None), Engine({})
    behind, newest, dropped = 0.0, START, 0
    saved = guard.state, copy(engine.clocks), newest
    for _ in range(60):
        Clock.time += rnd.choice(pauses) * SECOND
        behind = max(behind + trend + rnd.uniform(-0.3, 0.3), -DELAY)
        newest = max(newest, Clock.time - behind * SECOND)
        events: list[Event] = [Activity(user, newest) for user in users if rnd.random() < presence]
        try:
            guard.look_back()
            assert not dropped
            if events:
                guard.hand_on(events)
        except LagTooLongError:
            return True
        if rnd.random() < 0.02:
            Clock.time += rnd.choice([0.4, 6, 20]) * SECOND  # before the engine has handled them
        dropped = engine.handle(events, Clock.time)
        if rnd.random() < 0.1 and not dropped:
            saved = guard.state, copy(engine.clocks), newest
        if rnd.random() < 0.03:
            state, clocks, newest = saved
            guard, engine, dropped = LagGuard(LIMITS, state), Engine(copy(clocks)), 0
    return False
