"""The order of a live input: when time passes without an event, and when it must not."""

import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from bytewax.inputs import PartitionedInput, StatefulSource

from search_sessions.events import AppOpen, Event
from search_sessions.pipeline.item_reader import ItemReader
from search_sessions.pipeline.order import OrderedInput
from search_sessions.pipeline.records import NOT_CAUGHT_UP, Batch

NOW = datetime.now(timezone.utc)
DELAY = timedelta(seconds=1)


class Given(PartitionedInput, StatefulSource):
    """Hands on what it is given, and then the last of it for ever."""

    def __init__(self, *items: Any) -> None:
        self._items = list(items)

    def list_parts(self) -> set[str]:
        return {"one"}

    def build_part(self, for_part: str, resume_state: Any) -> StatefulSource:  # noqa: ARG002
        return self

    def next(self) -> Any:
        return self._items.pop(0) if len(self._items) > 1 else self._items[0]

    def snapshot(self) -> None:
        pass


def opened(seconds: float) -> AppOpen:
    return AppOpen("u", NOW + timedelta(seconds=seconds))


def let_go(monkeypatch: pytest.MonkeyPatch, *items: Any, max_skew: timedelta = DELAY) -> list[Batch]:
    """Return the batches of ten seconds in which the source is asked every tenth of a second."""
    clock = iter(range(10**6))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock) / 10)
    ordered = OrderedInput(Given(*items), lambda event: [event], DELAY, max_skew=max_skew)
    source = ordered.build_part("one", None)
    return [batch for _, batch in filter(None, (source.next() for _ in range(100)))]


def events(batches: list[Batch]) -> list[Event]:
    return [event for batch in batches for event in batch.events]


def test_what_is_held_back_is_let_go_while_all_is_known_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert events(let_go(monkeypatch, opened(-5), None)) == [opened(-5)]


def test_nothing_is_let_go_while_it_is_unknown_whether_all_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert events(let_go(monkeypatch, opened(-5), NOT_CAUGHT_UP)) == []


def test_what_was_logged_in_an_outage_is_not_late_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    outage = [opened(-9), None, *[NOT_CAUGHT_UP] * 50, opened(-8.5), opened(-4), None]
    batches = let_go(monkeypatch, *outage)
    assert events(batches) == [opened(-9), opened(-8.5), opened(-4)]
    assert not any(batch.dead_letters for batch in batches)


def test_late_events_that_trickle_in_do_not_hold_the_others_back(monkeypatch: pytest.MonkeyPatch) -> None:
    trickle = [opened(-60), None, None] * 30
    batches = let_go(monkeypatch, opened(-5), *trickle, NOT_CAUGHT_UP)
    assert opened(-5) in events(batches)


def test_a_clock_that_is_fast_by_no_more_than_the_delay_makes_no_event_of_now_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime.now(timezone.utc)
    fast, right = AppOpen("u", now + DELAY / 2), AppOpen("u", now)
    batches = let_go(monkeypatch, fast, NOT_CAUGHT_UP, right, None)
    assert events(batches) == [right, fast]
    assert not any(batch.dead_letters for batch in batches)


def test_an_event_too_far_ahead_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    batches = let_go(monkeypatch, opened(3600), None)
    [letter] = [letter for batch in batches for letter in batch.dead_letters]
    assert "from the future" in letter.reason


def test_time_in_which_the_source_answers_is_not_quiet_before_it_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)

    class StandsStill(StatefulSource):
        def next(self) -> None:
            nonlocal now
            now += 5

        def snapshot(self) -> None: ...

    reader = ItemReader(StandsStill())
    quiet = []
    for _ in range(3):
        assert list(reader.items(1)) == []
        quiet.append(reader.quiet)
    assert quiet == [0, 0, 5]
