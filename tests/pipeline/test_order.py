"""Order: what goes in anyhow comes out in order of time, once, and every item is accounted for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from bytewax.connectors.files import FileInput
from hypothesis import given
from hypothesis import strategies as st

from helpers import NOON, ListInput, read_all
from search_sessions import holdback, order
from search_sessions.account import Account, Batch
from search_sessions.events import Activity, Event, Results, Search
from search_sessions.order import OrderedInput, OrderedState
from search_sessions.workers import SpareSource

SECOND = timedelta(seconds=1)


def read(item: float | str | None) -> list[Event]:
    """Seconds after noon make an event, an empty string none; any other text is no item of a log."""
    if isinstance(item, str):
        if item:
            raise ValueError(f"{item} is no event")
        return []
    assert item is not None
    return [Activity("u", NOON + item * SECOND)]


class Run(NamedTuple):
    batches: list[list[float]]
    refused: list[tuple[Any, str]]
    account: Account

    @property
    def events(self) -> list[float]:
        return [event for batch in self.batches for event in batch]


def seconds(events: list[Event]) -> list[float]:
    return [(event.time - NOON) / SECOND for event in events]


def run(items: Sequence[Any], delay: float | None = None, state: OrderedState | None = None) -> Run:
    """Read all items through an ordered input."""
    accounts: list[Account] = []
    max_delay = None if delay is None else delay * SECOND
    source = OrderedInput(ListInput(log=items), read, max_delay, accounts.append).build_part("log", state)
    batches = [batch for _, batch in read_all(source)]
    refused = [(item, reason) for batch in batches for item, reason in batch.refused]
    return Run([seconds(batch.events) for batch in batches if batch.events], refused, accounts[0])


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdback, "BATCH", 3)
    monkeypatch.setattr(order, "BATCH", 3)


def test_without_a_delay_everything_is_sorted() -> None:
    assert run([5, 1, 3, 900, 2]).events == [1, 2, 3, 5, 900]


def test_events_of_one_time_keep_their_order() -> None:
    events = [Search("u", NOON, "dogs"), Results("u", NOON, ()), Activity("v", NOON)]
    source = OrderedInput(ListInput(log=events), lambda event: [event]).build_part("log", None)
    [(_, batch)] = read_all(source)
    assert batch.events == events


@pytest.mark.usefixtures("small_batches")
def test_a_batch_never_ends_between_events_of_one_time() -> None:
    assert run([1, 2, 2, 2, 2, 3, 4, 4, 5]).batches == [[1, 2, 2, 2, 2], [3, 4, 4], [5]]


@pytest.mark.usefixtures("small_batches")
def test_with_a_delay_events_are_handed_on_before_the_input_ends() -> None:
    assert run([0, 20, 10, 100, 90, 80, 200], delay=20).batches == [[0, 10, 20], [80, 90, 100], [200]]


@pytest.mark.usefixtures("small_batches")
def test_an_event_exactly_as_late_as_may_be_is_in_time() -> None:
    ran = run([0, 20, 30, 10, 31, 11], delay=20)
    assert (ran.events, ran.refused) == ([0, 10, 11, 20, 30, 31], [])


@pytest.mark.usefixtures("small_batches")
def test_a_late_event_is_refused_and_says_by_how_much() -> None:
    ran = run([0, 100, 200, 10], delay=20)
    assert ran.events == [0, 100, 200]
    assert ran.refused == [(10, "late by 170.000 s")]
    assert ran.account == Account(events=3, late=1)


def test_an_event_from_the_future_is_refused_and_makes_no_other_late() -> None:
    far = (datetime(9999, 1, 1, tzinfo=NOON.tzinfo) - NOON) / SECOND
    ran = run([0, far, 1], delay=0)
    assert ran.events == [0, 1]
    assert ran.account == Account(events=2, rejected=1)
    assert "from the future" in ran.refused[0][1]


def test_an_event_of_the_next_hours_is_not_from_the_future() -> None:
    now = (datetime.now(NOON.tzinfo) - NOON) / SECOND
    assert run([now + 80_000]).account == Account(events=1)
    assert run([now + 90_000]).account == Account(rejected=1)


def test_every_item_is_accounted_for() -> None:
    assert run([1, "", "x", "y", "", ""]).account == Account(events=1, ignored=3, rejected=2)
    assert run(["", "x"]).refused == [("x", "x is no event")]


def test_an_empty_input_ends_at_once() -> None:
    assert run([]) == Run([], [], Account())


def test_the_earliest_of_all_times_is_a_time() -> None:
    earliest = (holdback.EARLIEST - NOON) / SECOND
    assert run([earliest, 0], delay=60).events == [earliest, 0]


def test_a_quiet_stream_lets_go_of_what_it_holds_as_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    source = OrderedInput(ListInput(log=[0, 5, None, None, None, None]), read, 10 * SECOND).build_part(
        "log", None
    )
    assert source.next() is None  # 5 is the newest, and 10 seconds have not passed
    clock[0] += 5.5
    assert source.next() == ("log", Batch([Activity("u", NOON)], []))
    clock[0] += 4
    assert source.next() is None
    clock[0] += 1
    assert source.next() == ("log", Batch([Activity("u", NOON + 5 * SECOND)], []))


def test_a_busy_stream_is_not_moved_by_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    source = OrderedInput(ListInput(log=[0, None, 1, None]), read, 10 * SECOND).build_part("log", None)
    assert source.next() is None
    clock[0] += 9.9
    assert source.next() is None  # 1 came: what is older by less than the delay still waits


def test_any_partitioned_input_can_be_put_in_order(tmp_path: Any) -> None:
    path = tmp_path / "times.txt"
    path.write_text("3\n1\n2\n")
    ordered = OrderedInput(FileInput(path), lambda line: read(float(line)))
    source = ordered.build_part(str(path), None)
    [(name, batch)] = read_all(source)
    assert (name, seconds(batch.events)) == (str(path), [1, 2, 3])


def test_partitions_are_joined_by_spare_ones_that_end_at_once() -> None:
    ordered = OrderedInput(ListInput(a=[1], b=[2]), read)
    spare = ordered.list_parts() - {"a", "b"}
    assert len(spare) > 64
    source = ordered.build_part(spare.pop(), None)
    assert isinstance(source, SpareSource)
    assert source.snapshot() is None  # type: ignore[func-returns-value]
    assert read_all(source) == []


items = st.lists(
    st.one_of(st.integers(0, 50), st.sampled_from(["", "bad"]), st.just(10**11)),  # the last: the far future
    max_size=40,
)


@given(items=items, batch=st.integers(1, 10), delay=st.none() | st.integers(0, 60))
def test_what_comes_out_is_in_order_and_with_what_is_refused_all_that_went_in(
    items: list[Any], batch: int, delay: int | None
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "BATCH", batch)
        patch.setattr(holdback, "BATCH", batch)
        ran = run(items, delay)
    times = [item for item in items if isinstance(item, int) and item <= 50]
    late = [item for item, reason in ran.refused if reason.startswith("late")]
    assert ran.events == sorted(ran.events)
    assert sorted(ran.events + late) == sorted(times)
    assert (ran.account.events, ran.account.late) == (len(ran.events), len(late))
    assert ran.account.ignored == items.count("")
    assert ran.account.rejected == items.count("bad") + items.count(10**11)
    if delay is None or all(max(times[: n + 1]) - time <= delay for n, time in enumerate(times)):
        assert late == []


@given(items=items, batch=st.integers(1, 10), delay=st.none() | st.integers(0, 60), data=st.data())
def test_a_run_that_is_cut_and_resumed_hands_on_the_same(
    items: list[Any], batch: int, delay: int | None, data: st.DataObject
) -> None:
    accounts: list[Account] = []
    found: list[tuple[list[float], list[Any]]] = []
    state: OrderedState | None = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "BATCH", batch)
        patch.setattr(holdback, "BATCH", batch)
        whole = run(items, delay)
        max_delay = None if delay is None else delay * SECOND
        ordered = OrderedInput(ListInput(log=items), read, max_delay, accounts.append)
        for calls in [*data.draw(st.lists(st.integers(0, 5), max_size=5)), 1000]:
            source = ordered.build_part("log", state)
            try:
                for _ in range(calls):
                    handed = source.next()
                    if handed:
                        found.append((seconds(handed[1].events), handed[1].refused))
            except StopIteration:
                source.close()
            state = source.snapshot()
    assert [event for events, _ in found for event in events] == whole.events
    assert [refused for _, batch_refused in found for refused in batch_refused] == whole.refused
    assert accounts[-1] == whole.account
