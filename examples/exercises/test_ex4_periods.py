"""Tests exercise 4."""

from collections.abc import Callable
from typing import Any

import pytest
from bytewax.testing import TestingInput
from given import EVENTS, Answer, last_totals, searches_flow

from search_sessions.events import AppOpen, Search
from search_sessions.sample import at

LONG = [
    *EVENTS[:-2],
    Search("bob", at(50_000), "fruit"),
    AppOpen("bob", at(90_000)),
    AppOpen("ann", at(90_000)),
]


def counts(add_steps: Callable[[Any], None], events: list[Any]) -> dict[str, tuple[int, int]]:
    """Return searches and clicked searches of each key."""
    flow = searches_flow(TestingInput(events))
    add_steps(flow)
    return {key: (total.searches, total.clicked) for key, total in last_totals(flow).items()}


@pytest.mark.hint(
    "Make pairs with `flow.map`, the query first; then `flow.stateful_map` remembers a value for each key: "
    "its builder is a function, called for each new key."
)
def test_ex4_query(answer: Answer) -> None:
    """Each query has its searches, and the clicked ones."""
    found = counts(answer("ex4_periods.py").per_query, EVENTS)
    assert found == {"dogs": (2, 1), "cats": (1, 1)}, f"The counts of the queries are {found}."


@pytest.mark.hint("Which search is handed on last, and which windows has the clock closed by then?")
def test_ex4_hour(answer: Answer) -> None:
    """No hour lacks a search."""
    found = counts(answer("ex4_periods.py").per_hour, EVENTS)
    expected = {"2023-05-10 09:00": (1, 0), "2023-05-10 10:00": (2, 2)}
    assert found == expected, f"The counts of the hours are {found}, not {expected}."


@pytest.mark.hint(
    "No wait is long enough for every session: count without a clock, as you do for the queries."
)
def test_ex4_hour_in_a_long_log(answer: Answer) -> None:
    """No hour lacks a search, even where a session is handed on a month later than another user's."""
    found = counts(answer("ex4_periods.py").per_hour, LONG)
    missing = 4 - sum(searches for searches, _ in found.values())
    assert not missing, f"In a log of two months, {missing} of 4 searches are in no hour."
