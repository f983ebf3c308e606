"""A log as of now: times that move, and sessions that stay."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replay import Clock, outcomes_of, replay, start_clock

from helpers import NOON, at, query, write_log
from search_sessions.events import Activity, Search
from search_sessions.formats.outcomes import Outcome, RecordError
from search_sessions.pipeline.reorder_buffer import EARLIEST
from search_sessions.pipeline.settings import Settings

MILLISECOND = timedelta(milliseconds=1)
GAP = timedelta(minutes=5)


@given(
    st.integers(-(10**9), 10**9),
    st.one_of(st.integers(299_998, 300_002), st.integers(0, 10**9)),
    st.one_of(st.integers(1, 500), st.sampled_from([600, 1000])),
)
def test_an_event_a_gap_after_another_stays_one(place: int, apart: int, speed: int) -> None:
    clock = Clock(NOON, at(1000), speed)
    one, other = NOON + place * MILLISECOND, NOON + (place + apart) * MILLISECOND
    in_replay = clock.as_of_now(other) - clock.as_of_now(one) >= GAP // speed
    assert in_replay == (other - one >= GAP)


@given(st.integers(-(10**9), 10**9), st.integers(1, 1000))
def test_the_logs_time_comes_back_to_the_millisecond(place: int, speed: int) -> None:
    clock, moment = Clock(NOON, at(1000), speed), NOON + place * MILLISECOND
    assert timedelta() <= moment - clock.as_logged(clock.as_of_now(moment)) <= MILLISECOND


def replayed(*outcomes: Outcome) -> list[Outcome]:
    """Return what a replay hands on, at a thousand times the speed, without the gap at its end."""
    clock = Clock(NOON, datetime.now(timezone.utc), 1000)
    items = replay(iter(outcomes), clock, timedelta())
    return [outcome for item in items if item is not None for outcome in item]


def test_the_order_of_the_log_is_the_order_of_the_replay() -> None:
    events = [Activity("u1", at(minute)) for minute in (0, 3, 1, 2)]
    times = [event.time for event in replayed(*events) if isinstance(event, Activity)]
    assert times == [times[0] + timedelta(minutes=minute) / 1000 for minute in (0, 3, 1, 2)]


def test_no_event_comes_before_its_time() -> None:
    clock = Clock(NOON, datetime.now(timezone.utc), 1000)
    for item in replay(iter([Activity("u1", at(2)), Activity("u1", at(9))]), clock, GAP):
        for event in item or []:
            assert isinstance(event, Activity)
            assert event.time <= datetime.now(timezone.utc)


def test_what_is_no_event_is_handed_on_as_it_is() -> None:
    error = RecordError("No.")
    assert replayed(None, error) == [None, error]


def test_the_replay_goes_on_for_a_gap_after_the_last_event() -> None:
    clock = Clock(NOON, datetime.now(timezone.utc), 1000)
    list(replay(iter([Activity("u1", NOON)]), clock, GAP))
    assert datetime.now(timezone.utc) >= clock.as_of_now(NOON + GAP)


def test_a_time_that_now_has_no_room_for_is_the_earliest_there_is() -> None:
    clock = Clock(NOON, at(-1))
    assert clock.as_of_now(EARLIEST) == EARLIEST


@pytest.mark.parametrize("future", ["2999-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_an_event_from_the_future_is_an_error_and_sets_no_clock(future: str, tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.ndjson", query(time=future), query())
    first, second = outcomes_of(log, Settings())
    assert isinstance(first, RecordError)
    assert str(first).startswith("The event is from the future")
    assert isinstance(second, Search)
    assert start_clock(log, Settings(), 1000).first == NOON
