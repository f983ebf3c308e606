"""How a session is cut into searches, and what makes a search clicked."""

from helpers import at
from search_sessions.events import Activity, AppOpen, ClickResult, Event, Results, Search
from search_sessions.searches import SearchCTR, SearchVisit, calc_ctr, split_searches


def split(*session: Event) -> list[SearchVisit]:
    return split_searches(("u", list(session)))


def clicks(*session: Event) -> list[tuple[str, int]]:
    return [(visit.search.query, len(visit.clicks)) for visit in split(*session)]


def test_a_clicked_search_has_a_rate_of_one_however_often_it_was_clicked() -> None:
    click = ClickResult("u", at(1), "x")
    for session in ([click], [click, click], [click] * 3):
        [visit] = split(Search("u", at(0), "dogs"), *session)
        assert calc_ctr(visit) == SearchCTR("u", "dogs", 1.0)


def test_a_search_without_a_click_has_a_rate_of_zero() -> None:
    [visit] = split(Search("u", at(0), "dogs"), Results("u", at(0), ("x",)), Activity("u", at(1)))
    assert calc_ctr(visit) == SearchCTR("u", "dogs", 0.0)


def test_a_session_without_a_search_contributes_nothing() -> None:
    assert split(AppOpen("u", at(0)), ClickResult("u", at(1), "x"), Results("u", at(2), ())) == []


def test_a_click_before_any_search_belongs_to_none() -> None:
    assert clicks(ClickResult("u", at(0), "x"), Search("u", at(1), "dogs")) == [("dogs", 0)]


def test_a_click_without_an_id_belongs_to_the_latest_search() -> None:
    session = (Search("u", at(0), "dogs"), Search("u", at(1), "cats"), ClickResult("u", at(2), "x"))
    assert clicks(*session) == [("dogs", 0), ("cats", 1)]


def test_a_click_with_an_id_belongs_to_the_search_of_that_id() -> None:
    session = (
        Search("u", at(0), "dogs", "q1"),
        Search("u", at(1), "cats", "q2"),
        ClickResult("u", at(2), "x", "q1"),
    )
    assert clicks(*session) == [("dogs", 1), ("cats", 0)]


def test_a_click_with_an_id_that_the_session_lacks_belongs_to_none() -> None:
    assert clicks(Search("u", at(0), "dogs", "q1"), ClickResult("u", at(1), "x", "q9")) == [("dogs", 0)]


def test_a_click_with_an_id_finds_its_search_even_if_clocks_put_it_first() -> None:
    assert clicks(ClickResult("u", at(0), "x", "q1"), Search("u", at(1), "dogs", "q1")) == [("dogs", 1)]


def test_an_id_logged_again_is_the_same_search_and_again_the_latest() -> None:
    session = (
        Search("u", at(0), "dogs", "q1"),
        Search("u", at(1), "cats", "q2"),
        Search("u", at(2), "dogs", "q1"),
        ClickResult("u", at(3), "x"),
    )
    assert clicks(*session) == [("dogs", 1), ("cats", 0)]


def test_a_query_repeated_without_an_id_is_another_search() -> None:
    assert clicks(Search("u", at(0), "dogs"), Search("u", at(0), "dogs")) == [("dogs", 0), ("dogs", 0)]


def test_what_a_search_showed_first_is_what_was_shown() -> None:
    [visit] = split(
        Search("u", at(0), "dogs", "q1"),
        Results("u", at(0), ("a", "b"), "q1"),
        Search("u", at(1), "dogs", "q1"),
        Results("u", at(1), ("c",), "q1"),
    )
    assert visit.items == ("a", "b")


def test_results_without_an_id_belong_to_the_latest_search() -> None:
    first, second = split(Search("u", at(0), "dogs"), Search("u", at(1), "cats"), Results("u", at(1), ()))
    assert (first.items, second.items) == (None, ())


def test_what_a_search_carries_is_what_was_shown() -> None:
    first, second = split(Search("u", at(0), "dogs", items=()), Search("u", at(1), "cats"))
    assert (first.items, second.items) == ((), None)


def test_results_find_the_search_that_they_name_even_if_clocks_put_them_first() -> None:
    [visit] = split(Results("u", at(0), ("a",), "q1"), Search("u", at(1), "dogs", "q1"))
    assert visit.items == ("a",)
