"""The run stops before the engine drops an event, and says what happened and how to go on."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from bytewax.dataflow import Dataflow
from bytewax.inputs import PartitionedInput, StatefulSource
from bytewax.testing import TestingOutput, run_main
from bytewax.window import EventClockConfig, SessionWindow

from search_sessions.events import Activity, Event
from search_sessions.pipeline import lag
from search_sessions.pipeline.lag import LagGuard, LagLimits, LagState, LagTooLongError

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)
WAIT = 10 * MINUTE
LIMITS = LagLimits(WAIT)


class Clock:
    """The wall clock, as far as the guard sees it."""

    def __init__(self) -> None:
        self.time = START

    def now(self, zone: timezone) -> datetime:
        assert zone is timezone.utc
        return self.time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(lag, "datetime", clock)
    return clock


def hand_on(guard: LagGuard, clock: Clock, minutes: float, *event_minutes: float) -> None:
    """Ask for more, so many minutes after the start, and hand on events of these minutes."""
    clock.time = START + minutes * MINUTE
    events: list[Event] = [Activity("u", START + minute * MINUTE) for minute in event_minutes]
    guard.look_back()
    if events:
        guard.hand_on(events)


def sentence(guard: LagGuard, clock: Clock, minutes: float, *event_minutes: float) -> str:
    with pytest.raises(LagTooLongError) as error:
        hand_on(guard, clock, minutes, *event_minutes)
    return str(error.value)


def test_a_lag_that_grows_by_less_than_the_wait_is_no_trouble(clock: Clock) -> None:
    guard = LagGuard(LIMITS, None)
    hand_on(guard, clock, 0, -5)
    hand_on(guard, clock, 13.9, 0)


def test_the_run_stops_a_tenth_of_the_wait_before_the_engine_would_drop(clock: Clock) -> None:
    guard = LagGuard(LIMITS, None)
    hand_on(guard, clock, 0, -5)
    assert sentence(guard, clock, 14.1, 0) == (
        "The run stood still for 0:14:06, and its wait is 0:10:00: events could be dropped as late, "
        "so it has stopped. Run it again with a longer wait: --wait 15."
    )


def test_a_run_that_was_down_says_for_how_long(clock: Clock) -> None:
    guard = LagGuard(LIMITS, LagState(MINUTE, START))
    assert sentence(guard, clock, 182.2, 0).startswith(
        "The run was down for 3:02:12, and its wait is 0:10:00: "
    )


def test_a_run_that_cannot_keep_up_says_how_far_it_is_behind(clock: Clock) -> None:
    guard = LagGuard(LIMITS, None)
    for minute in range(19):
        hand_on(guard, clock, minute, minute / 2)
    assert sentence(guard, clock, 19, 9.5).startswith("The run cannot keep up: it is 0:09:30 behind, and ")


def test_the_least_lag_counts_and_not_the_last(clock: Clock) -> None:
    guard = LagGuard(LIMITS, None)
    hand_on(guard, clock, 0, 0)
    hand_on(guard, clock, 8, 3)
    hand_on(guard, clock, 12, 3.4)
    assert "cannot keep up" in sentence(guard, clock, 12.6, 3.5)


def test_the_wait_that_it_names_is_enough(clock: Clock) -> None:
    state = LagState(MINUTE, START)
    named = sentence(LagGuard(LIMITS, state), clock, 182, 0).rpartition("--wait ")[2].rstrip(".")
    hand_on(LagGuard(LagLimits(int(named) * MINUTE), state), clock, 182, 0)


def test_the_wait_that_it_names_includes_the_delay(clock: Clock) -> None:
    guard = LagGuard(LagLimits(WAIT, delay=9 * MINUTE), None)
    hand_on(guard, clock, 0, -9)
    assert sentence(guard, clock, 2, -9) == (
        "The run stood still for 0:02:00, and its wait is 0:10:00: events could be dropped as late, "
        "so it has stopped. Run it again with a longer wait: --wait 13."
    )


def test_events_far_apart_in_one_batch_are_no_lag(clock: Clock) -> None:
    guard = LagGuard(LIMITS, None)
    hand_on(guard, clock, 0, -9_000, -5_000, 0)
    hand_on(guard, clock, 0, 0)


def test_a_replay_of_any_age_is_no_lag_while_it_is_faster_than_its_time(clock: Clock) -> None:
    guard = LagGuard(LIMITS, None)
    for minute in range(100):
        hand_on(guard, clock, minute, -1_000_000 + 60 * minute)


def test_a_batch_that_the_engine_may_have_met_only_after_a_stall_stops_the_run(clock: Clock) -> None:
    guard = LagGuard(LIMITS, None)
    hand_on(guard, clock, 0, 0)
    hand_on(guard, clock, 0, 0)
    assert "stood still for 0:11:00" in sentence(guard, clock, 11)


def test_a_stall_while_there_is_nothing_to_hand_on_is_no_trouble(clock: Clock) -> None:
    guard = LagGuard(LIMITS, None)
    hand_on(guard, clock, 0, 0)
    hand_on(guard, clock, 0)
    hand_on(guard, clock, 500)
    hand_on(guard, clock, 500, 499)


def test_the_end_of_the_input_is_the_end_of_the_sessions_and_of_the_lag(clock: Clock) -> None:
    guard = LagGuard(LIMITS, None)
    hand_on(guard, clock, 0, 0)
    guard.forget()
    assert guard.state is None
    hand_on(guard, clock, 500, 0)


class Numbers(PartitionedInput, StatefulSource):
    """Hands on the number of each time that it is asked, a hundred times."""

    asked = 0

    def list_parts(self) -> set[str]:
        return {"numbers"}

    def build_part(self, for_part: str, resume_state: Any) -> StatefulSource:  # noqa: ARG002
        return self

    def next(self) -> list[int]:
        self.asked += 1
        if self.asked > 100:
            raise StopIteration
        return [self.asked]

    def snapshot(self) -> None:
        pass


def test_a_worker_handles_a_batch_in_its_windows_before_it_asks_for_more() -> None:
    """So there is one batch to look back at. Of several workers, one may be further behind."""
    numbers = Numbers()
    handled: list[tuple[int, int]] = []

    def time_of(number: int) -> datetime:
        handled.append((number, numbers.asked))
        return START + number * MINUTE

    flow = Dataflow()
    flow.input("numbers", numbers)
    flow.flat_map(lambda batch: [("all", number) for number in batch])
    flow.fold_window(
        "sessions",
        EventClockConfig(time_of, WAIT),
        SessionWindow(gap=MINUTE),
        list,
        lambda all_of_it, number: [*all_of_it, number],
    )
    flow.output("out", TestingOutput([]))
    run_main(flow)
    assert set(handled) == {(number, number) for number in range(1, 101)}
