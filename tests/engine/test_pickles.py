"""Events come out of their pickles as they went in, and a session's pickle is short."""

import pickle
from datetime import timedelta

import pytest

from helpers import NOON, at
from search_sessions.engine.pickles import KINDS, shorten_pickles
from search_sessions.events import Activity, AppOpen, ClickResult, Event, Results, Search

EVENTS: list[Event] = [
    AppOpen(1, at(0)),
    Search("u", NOON + timedelta(microseconds=1), "dogs", "q1"),
    Results("u", at(1), ("a", 7), "q1"),
    ClickResult("u", at(2), None),
    Activity("u", at(-3_000_000_000 / 60)),  # long before 1970
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_out_as_it_went_in(event: Event) -> None:
    shorten_pickles()
    again = pickle.loads(pickle.dumps(event))  # noqa: S301 - these bytes are our own
    assert again == event
    assert again.time.tzinfo is event.time.tzinfo


def test_every_kind_of_event_is_there() -> None:
    assert {type(event) for event in EVENTS} == set(KINDS.values())


def test_the_pickle_of_an_event_names_no_type_of_the_standard_library() -> None:
    shorten_pickles()
    assert b"datetime" not in pickle.dumps(EVENTS)
