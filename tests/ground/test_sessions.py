"""The steps of the engine against ten lines of plain Python."""

from datetime import timedelta
from itertools import pairwise

from bytewax.testing import TestingInput
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
from helpers import NOON, at, sessions_of
from search_sessions.events import Activity, Event
from search_sessions.sessions import GAP, add_event, user_event

# Few users and few distinct times, in steps of a sixth of a gap: ties and gaps of exactly 30 minutes abound.
logs = st.lists(
    st.builds(
        lambda user, steps: Activity(user, NOON + steps * GAP / 6), st.sampled_from("abc"), st.integers(0, 60)
    ),
    max_size=40,
).map(lambda events: sorted(events, key=lambda event: event.time))


def sizes(user_sessions: list[tuple[str, list[Event]]]) -> list[tuple[str, int]]:
    return sorted((user, len(session)) for user, session in user_sessions)


@given(events=logs)
@settings(max_examples=200, deadline=None)
def test_sessions_are_those_of_the_reference(events: list[Event]) -> None:
    assert sorted(sessions_of(events), key=str) == sorted(reference.sessions(events, GAP), key=str)


@given(events=logs, cuts=st.lists(st.integers(0, 40)))
@settings(max_examples=200, deadline=None)
def test_sessions_do_not_depend_on_how_events_are_batched(events: list[Event], cuts: list[int]) -> None:
    bounds = [0, *sorted(cuts), len(events)]
    batches = [events[start:end] for start, end in pairwise(bounds)]
    found = sessions_of(TestingInput(batches))
    assert sorted(found, key=str) == sorted(reference.sessions(events, GAP), key=str)


def test_no_events_make_no_session() -> None:
    assert sessions_of([]) == []


def test_one_event_makes_a_session() -> None:
    assert sessions_of([Activity("a", at(0))]) == [("a", [Activity("a", at(0))])]


def test_events_of_one_moment_are_all_kept() -> None:
    assert sizes(sessions_of([Activity("a", at(0))] * 20)) == [("a", 20)]


def test_an_event_exactly_one_gap_after_the_last_starts_a_new_session() -> None:
    just_before = timedelta(microseconds=1)
    assert sizes(sessions_of([Activity("a", at(0)), Activity("a", at(30))])) == [("a", 1), ("a", 1)]
    assert sizes(sessions_of([Activity("a", at(0)), Activity("a", at(30) - just_before)])) == [("a", 2)]


def test_a_session_lasts_as_long_as_no_gap_is_reached() -> None:
    assert sizes(sessions_of([Activity("a", at(29 * n)) for n in range(100)])) == [("a", 100)]


def test_users_do_not_share_sessions() -> None:
    events: list[Event] = [Activity("ab"[n % 2], at(n)) for n in range(10)]
    assert sizes(sessions_of(events)) == [("a", 5), ("b", 5)]


def test_a_user_who_comes_back_days_later_has_a_session_of_their_own() -> None:
    assert sizes(sessions_of([Activity("a", at(0)), Activity("a", at(10_000))])) == [("a", 1), ("a", 1)]


def test_a_session_is_keyed_by_its_user_as_a_string() -> None:
    event = Activity(7, at(0))
    assert user_event(event) == ("7", event)


def test_add_event_adds_to_the_end_of_the_session() -> None:
    first, second = Activity("a", at(0)), Activity("a", at(1))
    assert add_event([first], second) == [first, second]
