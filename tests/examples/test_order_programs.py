"""The lesson on order: its program, its log and its picture are about the same events."""

import runpy
from datetime import timedelta
from typing import Any

import pytest
from bytewax.testing import TestingInput

import reference
from programs import EXAMPLES
from search_sessions.events import AppOpen, ClickResult, Event, Results, Search
from search_sessions.logs.collect import collect_log
from search_sessions.pipeline.order import OrderedInput
from search_sessions.pipeline.settings import Settings
from search_sessions.sessions import GAP

LOG = str(EXAMPLES / "order/arrival.ndjson")


@pytest.fixture(scope="module")
def lesson() -> dict[str, Any]:
    """The names of the program."""
    return runpy.run_path(str(EXAMPLES / "order/lost_events.py"))


def test_in_order_the_sessions_are_those_of_plain_python(lesson: dict[str, Any]) -> None:
    arrival: list[Event] = lesson["ARRIVAL"]
    in_order = OrderedInput(TestingInput(arrival), lambda event: [event])
    found = lesson["sessions"](in_order, timedelta(days=1))
    assert found == [events for _, events in reference.sessions(arrival, GAP)]


def test_the_log_has_the_events_of_the_program(lesson: dict[str, Any]) -> None:
    """A record of UBI that says what was shown is a search once more; an app that opens is any activity."""
    kinds = {Search: "query", Results: "query", ClickResult: "click"}
    shown = [(kinds.get(type(event), "other"), event.time) for event in lesson["ARRIVAL"]]
    assert {type(event) for event in lesson["ARRIVAL"]} >= {AppOpen, Results}
    read = [event for _, events in collect_log(LOG).sessions for event in events]
    logged = [(kinds.get(type(event), "other"), event.time) for event in read]
    assert sorted(logged) == sorted(shown)


@pytest.mark.parametrize(("delay", "late"), [(600, [7]), (1199.999, [7]), (1200, []), (0, [2, 7])])
def test_the_late_events_are_those_that_the_page_names(delay: float, late: list[int]) -> None:
    letters = collect_log(LOG, Settings(max_delay_seconds=delay)).dead_letters
    assert [letter.item.number for letter in letters] == late
