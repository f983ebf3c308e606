"""What is chosen of a log to be seen: the users and the hours with the most sessions."""

from datetime import datetime, timedelta, timezone

from helpers import at
from search_sessions.events import Activity, Event, Search
from search_sessions.metrics.highlights import choose
from search_sessions.sessions import UserSession


def session(user: str, hour: float, searches: int = 1) -> UserSession:
    events: list[Event] = [Search(user, at(60 * hour), "dogs") for _ in range(searches)]
    return user, events or [Activity(user, at(60 * hour))]


def test_users_who_do_not_search_are_no_choice() -> None:
    assert choose([session("a", 0, searches=0)], []) == {}


def test_the_users_with_the_most_sessions_are_chosen_and_then_those_who_search_most() -> None:
    quiet = [session(f"quiet{number}", 0) for number in range(9)]
    busy = [session("busy", 0), session("busy", 1)]
    keen = session("keen", 1, searches=3)
    assert list(choose([*quiet, keen, *busy], [])) == ["quiet0", "quiet1", "keen", "busy"]


def test_the_hours_are_those_in_which_the_users_have_the_most_sessions() -> None:
    early, late = [session("a", 0)], [session("a", 30), session("a", 32)]
    assert choose([*early, *late], []) == {"a": late}


def test_the_first_hours_that_there_are_can_be_shown() -> None:
    time = datetime.min.replace(tzinfo=timezone.utc) + timedelta(hours=2)
    sessions: list[UserSession] = [("a", [Search("a", time, "dogs")])]
    assert choose(sessions, []) == {"a": sessions}


def test_a_session_without_a_search_of_a_chosen_user_is_shown() -> None:
    sessions = [session("a", 0), session("a", 1, searches=0)]
    assert choose(sessions, []) == {"a": sessions}


def test_a_user_who_was_named_has_a_lane_in_any_case() -> None:
    ours, far = [session("a", 0), session("a", 1)], session("b", 99)
    assert choose([*ours, far], ["a", "b", "c"]) == {"a": ours, "b": [], "c": []}
    assert choose(ours, ["c"]) == {"c": []}
