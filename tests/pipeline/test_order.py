"""Order: what goes in anyhow comes out in order of time, once, and every item is accounted for."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

import pytest
from bytewax.connectors.files import FileInput
from hypothesis import given
from hypothesis import strategies as st

from helpers import NOON, ListInput, read_all
from search_sessions.engine.workers import EMPTY_PARTITIONS, EmptySource
from search_sessions.events import Activity, Event, Results, Search
from search_sessions.formats.outcomes import Outcome, RecordError
from search_sessions.pipeline import ordered_source, reorder_buffer
from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.order import OrderedInput
from search_sessions.pipeline.records import Batch
from search_sessions.pipeline.state import OrderedState

SECOND = timedelta(seconds=1)


def read(item: float | str | None) -> list[Outcome]:
    """Seconds after noon make an event, an empty string none; any other text is no item of a log."""
    if isinstance(item, str):
        return [RecordError(f"{item} is no event") if item else None]
    assert item is not None
    return [Activity("u", NOON + item * SECOND)]


class Run(NamedTuple):
    batches: list[list[float]]
    dead_letters: list[tuple[Any, str]]
    counts: LineCounts

    @property
    def events(self) -> list[float]:
        return [event for batch in self.batches for event in batch]


def seconds(events: list[Event]) -> list[float]:
    return [(event.time - NOON) / SECOND for event in events]


def run(items: Sequence[Any], delay: float | None = None, state: OrderedState | None = None) -> Run:
    """Read all items through an ordered input."""
    counts: list[LineCounts] = []
    max_delay = None if delay is None else delay * SECOND
    source = OrderedInput(ListInput(log=items), read, max_delay, counts.append).build_part("log", state)
    batches = [batch for _, batch in read_all(source)]
    dead_letters = [(item, reason) for batch in batches for item, reason in batch.dead_letters]
    return Run([seconds(batch.events) for batch in batches if batch.events], dead_letters, counts[0])


def set_batch_size(patch: pytest.MonkeyPatch, size: int) -> None:
    patch.setattr(reorder_buffer, "BATCH", size)
    patch.setattr(ordered_source, "BATCH", size)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    set_batch_size(monkeypatch, 3)


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
    assert (ran.events, ran.dead_letters) == ([0, 10, 11, 20, 30, 31], [])


def test_an_event_a_microsecond_later_than_may_be_is_late() -> None:
    assert run([30, 10], delay=20).counts == LineCounts(events=2)
    assert run([30, 10 - 0.000001], delay=20).counts == LineCounts(events=1, late=1)


def test_a_late_event_is_kept_out_and_says_by_how_much() -> None:
    ran = run([0, 100, 200, 10], delay=20)
    assert ran.events == [0, 100, 200]
    reason = "Late by 170.000 s: the event is older than the newest before it by more than the delay."
    assert ran.dead_letters == [(10, reason)]
    assert ran.counts == LineCounts(events=3, late=1)


@pytest.mark.parametrize("length", [2, 9_999, 30_000])
def test_an_event_is_late_in_a_short_log_as_in_a_long_one(length: int) -> None:
    ran = run([*range(1_000, 1_000 + length), 900], delay=60)
    assert ran.counts == LineCounts(events=length, late=1)


def test_the_newest_event_of_any_user_makes_late_what_is_older() -> None:
    events = [Activity("a", NOON), Activity("b", NOON - 61 * SECOND), Activity("c", NOON - 60 * SECOND)]
    ordered = OrderedInput(ListInput(log=events), lambda event: [event], 60 * SECOND)
    [(_, batch)] = read_all(ordered.build_part("log", None))
    assert batch.events == [events[2], events[0]]
    assert [letter.item for letter in batch.dead_letters] == [events[1]]


def test_a_bridging_event_that_comes_last_is_handed_on_between_the_two_that_it_joins() -> None:
    assert run([0, 30 * 60, 20 * 60]).events == [0, 20 * 60, 30 * 60]
    assert run([0, 30 * 60, 20 * 60], delay=600).events == [0, 20 * 60, 30 * 60]


def test_of_reversed_arrival_all_is_in_time_that_is_within_the_delay_of_the_first() -> None:
    assert run(list(range(100, 0, -1))).events == list(range(1, 101))
    assert run(list(range(100, 0, -1)), delay=10).events == list(range(90, 101))


@pytest.mark.parametrize("length", [9_999, 30_000])
@pytest.mark.parametrize("delay", [0, 60])
def test_of_shuffled_arrival_what_is_late_follows_the_rule_whatever_the_length(
    length: int, delay: int
) -> None:
    shuffled = list(range(length))
    random.Random(1).shuffle(shuffled)  # noqa: S311 - a fixed seed, not a secret
    in_time, late = by_the_rule(shuffled, delay)
    assert len(late) > length * 0.9
    ran = run(shuffled, delay)
    assert places(ran.events, ran.dead_letters) == (in_time, late, [])
    assert run(shuffled).events == list(range(length))


def test_sessions_before_1970_are_in_order_and_as_late_as_any() -> None:
    before = (datetime(1912, 6, 23, tzinfo=NOON.tzinfo) - NOON) // SECOND
    ran = run([before + 100, before, before + 70, before + 30], delay=60)
    assert ran.events == [before + 70, before + 100]
    assert ran.counts == LineCounts(events=2, late=2)


def test_an_event_from_the_future_is_rejected_and_makes_no_other_late() -> None:
    far = (datetime(9999, 1, 1, tzinfo=NOON.tzinfo) - NOON) / SECOND
    ran = run([0, far, 1], delay=0)
    assert ran.events == [0, 1]
    assert ran.counts == LineCounts(events=2, rejected=1)
    assert "from the future" in ran.dead_letters[0][1]


def test_an_event_of_the_next_hours_is_not_from_the_future() -> None:
    now = (datetime.now(NOON.tzinfo) - NOON) / SECOND
    assert run([now + 80_000]).counts == LineCounts(events=1)
    assert run([now + 90_000]).counts == LineCounts(rejected=1)


def test_every_item_is_accounted_for() -> None:
    assert run([1, "", "x", "y", "", ""]).counts == LineCounts(events=1, ignored=3, rejected=2)
    assert run(["", "x"]).dead_letters == [("x", "x is no event")]


def test_every_record_of_an_item_is_accounted_for() -> None:
    counts: list[LineCounts] = []
    outcomes: list[Outcome] = [Activity("u", NOON), None, RecordError("No.")]
    ordered = OrderedInput(ListInput(log=["several"]), lambda _item: outcomes, None, counts.append)
    [(_, batch)] = read_all(ordered.build_part("log", None))
    assert (batch.events, batch.dead_letters) == ([Activity("u", NOON)], [("several", "No.")])
    assert counts == [LineCounts(events=1, ignored=1, rejected=1, further=2)]


def test_an_empty_input_ends_at_once() -> None:
    assert run([]) == Run([], [], LineCounts())


def test_the_earliest_of_all_times_is_a_time() -> None:
    earliest = (reorder_buffer.EARLIEST - NOON) / SECOND
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


def test_what_comes_after_a_quiet_time_and_is_older_than_what_was_let_go_is_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    source = OrderedInput(ListInput(log=[5, None, None, 4]), read, 10 * SECOND).build_part("log", None)
    assert source.next() is None
    clock[0] += 10.5
    assert source.next() == ("log", Batch([Activity("u", NOON + 5 * SECOND)], []))
    [(_, batch)] = read_all(source)
    assert batch.dead_letters == [
        (4, "Late by 1.500 s: the input had paused, and what came before is handed on already.")
    ]


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


def test_partitions_are_joined_by_empty_ones_that_end_at_once() -> None:
    ordered = OrderedInput(ListInput(a=[1], b=[2]), read)
    assert ordered.list_parts() == {"a", "b"} | EMPTY_PARTITIONS
    source = ordered.build_part(next(iter(EMPTY_PARTITIONS)), None)
    assert isinstance(source, EmptySource)
    assert source.snapshot() is None  # type: ignore[func-returns-value]
    assert read_all(source) == []


FUTURE = 10**11
items = st.lists(st.one_of(st.integers(0, 50), st.sampled_from(["", "bad", FUTURE])), max_size=40)


def by_the_rule(items: Sequence[Any], delay: int | None) -> tuple[list[int], list[int]]:
    """Return the times that are in time, sorted, and those that are late: the rule in plain Python."""
    in_time: list[int] = []
    late: list[int] = []
    times = [item for item in items if isinstance(item, int) and item != FUTURE]
    for time, newest in zip(times, accumulate(times, max), strict=True):
        (in_time if delay is None or newest - time <= delay else late).append(time)
    return sorted(in_time), late


def places(events: Sequence[float], letters: Sequence[tuple[Any, str]]) -> tuple[Any, Any, list[Any]]:
    """Return what is in a session, what is late, and what was rejected."""
    late = [item for item, reason in letters if reason.startswith("Late")]
    return events, late, [item for item, reason in letters if not reason.startswith("Late")]


@given(items=items, batch=st.integers(1, 10), delay=st.none() | st.integers(0, 60))
def test_every_item_is_in_the_one_place_where_the_rule_puts_it(
    items: list[Any], batch: int, delay: int | None
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        set_batch_size(patch, batch)
        ran = run(items, delay)
    in_time, late = by_the_rule(items, delay)
    rejected = [item for item in items if item in ("bad", FUTURE)]
    assert places(ran.events, ran.dead_letters) == (in_time, late, rejected)
    assert ran.counts == LineCounts(len(in_time), items.count(""), len(rejected), len(late))


@given(
    items=items,
    batch=st.integers(1, 10),
    delay=st.none() | st.integers(0, 60),
    runs=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=5),
)
def test_a_run_that_is_killed_and_resumed_puts_every_item_in_the_same_place(
    items: list[Any], batch: int, delay: int | None, runs: list[tuple[int, int]]
) -> None:
    """Each run is asked so often, then its state and outputs are saved, then so often again, and killed."""
    events: list[float] = []
    letters: list[tuple[Any, str]] = []
    counts: list[LineCounts] = []
    state: OrderedState | None = None
    with pytest.MonkeyPatch.context() as patch:
        set_batch_size(patch, batch)
        max_delay = None if delay is None else delay * SECOND
        ordered = OrderedInput(ListInput(log=items), read, max_delay, counts.append)
        for saved, lost in [*runs, (1000, 0)]:
            source = ordered.build_part("log", state)
            for found in handed_on(source, saved):
                events += seconds(found.events)
                letters += found.dead_letters
            state = source.snapshot()
            handed_on(source, lost)
    in_time, late = by_the_rule(items, delay)
    rejected = [item for item in items if item in ("bad", FUTURE)]
    assert places(events, letters) == (in_time, late, rejected)
    assert counts[-1] == LineCounts(len(in_time), items.count(""), len(rejected), len(late))


def handed_on(source: Any, calls: int) -> list[Batch]:
    """Return the batches of so many calls, or of all until the end, where the source is closed."""
    batches = []
    try:
        for _ in range(calls):
            found = source.next()
            if found:
                batches.append(found[1])
    except StopIteration:
        source.close()
    return batches
