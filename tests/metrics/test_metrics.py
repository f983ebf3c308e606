"""What the metrics of a search and the rates of a log are, and where they have no value."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_sessions.events import ClickResult, Event, Item, Results, Search
from search_sessions.metrics.rates import by_session, quality
from search_sessions.metrics.search import (
    SearchSummary,
    first_click_rank,
    reciprocal_rank,
    seconds_to_first_click,
    summarize,
    summarize_session,
)
from search_sessions.searches import SearchVisit

START = datetime(2024, 3, 4, tzinfo=timezone.utc)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def visit_of(items: tuple[Item, ...] | None, *clicked: Item | None, rank: int | None = None) -> SearchVisit:
    """Return a search that showed the items, with its clicks; `rank` is what each click says of its own."""
    clicks = [ClickResult("u", at(10 * n), item, rank=rank) for n, item in enumerate(clicked, 1)]
    return SearchVisit("u", Search("u", START, "q"), items, clicks)


def summary_of(items: tuple[Item, ...] | None, *clicked: Item | None) -> SearchSummary:
    return summarize(visit_of(items, *clicked), START, at(60))


def searches_for(*queries: str) -> list[SearchSummary]:
    return summarize_session(("u", [Search("u", at(n), query) for n, query in enumerate(queries)]))


@pytest.mark.parametrize(
    ("visit", "rank"),
    [
        (visit_of(("a", "b", "c"), "b", "a"), 2),  # the earliest click, not the best
        (visit_of((1, 2), "2"), 2),  # an id is the same as a number and as text
        (visit_of(("1", "2"), 1), 1),
        (visit_of(("a",)), None),  # not clicked
        (visit_of(None, "a"), None),  # the log does not say what was shown
        (visit_of((), "a"), None),
        (visit_of(("a",), "z", "a"), None),  # what was clicked first was not shown
        (visit_of(("a", "None"), None), None),  # the log does not say what was clicked
    ],
)
def test_the_rank_is_that_of_the_first_click_among_the_results_shown(
    visit: SearchVisit, rank: int | None
) -> None:
    assert first_click_rank(visit) == rank


@pytest.mark.parametrize(
    ("visit", "rank"),
    [
        (visit_of(None, "a", rank=7), 7),
        (visit_of((), "a", rank=7), 7),
        (visit_of(("a",), "z", rank=7), 7),
        (visit_of(("a",), None, rank=7), 7),
        (visit_of(("z", "a"), "a", rank=7), 2),
    ],
)
def test_a_click_that_knows_its_rank_tells_it_where_the_results_shown_do_not(
    visit: SearchVisit, rank: int
) -> None:
    assert first_click_rank(visit) == rank


def test_an_unclicked_search_has_no_time_to_its_first_click() -> None:
    assert seconds_to_first_click(visit_of(("a",))) is None
    assert seconds_to_first_click(visit_of(None, "a", "b")) == 10.0


def test_the_reciprocal_rank_is_that_of_a_click_whose_rank_is_known() -> None:
    assert reciprocal_rank(summary_of(("a", "b"), "b")) == 0.5
    assert reciprocal_rank(summary_of(("a",), "z")) is None
    assert reciprocal_rank(summary_of(("a",))) is None


def test_a_search_is_reformulated_by_other_words_and_repeated_by_the_same() -> None:
    searches = searches_for("a", "b", "a", "a")
    assert [search.reformulated for search in searches] == [True, True, False, False]
    assert [search.repeated for search in searches] == [True, False, True, False]


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=8))
def test_what_follows_a_search_is_what_comes_later_in_its_session(queries: list[str]) -> None:
    for n, search in enumerate(searches_for(*queries)):
        later = queries[n + 1 :]
        assert search.repeated == (queries[n] in later)
        assert search.reformulated == any(query != queries[n] for query in later)


def test_no_searches_have_counts_but_no_rates() -> None:
    none = quality([])
    assert (none.searches, none.sessions, none.clicked, none.ranked, none.with_results) == (0, 0, 0, 0, 0)
    rates = (none.ctr, none.abandonment, none.session_abandonment, none.zero_result_rate)
    assert {*rates, none.mean_reciprocal_rank, none.median_seconds_to_first_click} == {None}
    assert {none.reformulation_rate, none.repeat_rate, none.searches_per_session} == {None}


def test_unknown_results_are_not_zero_results() -> None:
    assert quality([summary_of(None)]).zero_result_rate is None
    assert quality([summary_of(None), summary_of(("a",))]).zero_result_rate is None
    assert quality([summary_of(None), summary_of(()), summary_of(("a",))]).zero_result_rate == 0.5


def test_a_rank_that_is_not_known_moves_no_mean() -> None:
    known = [summary_of(("a", "b"), "b"), summary_of(("a",), "a"), summary_of(("a",))]
    unknown = [summary_of(None, "z"), summary_of(("a",), "z"), summary_of(None)]
    assert quality(known).mean_reciprocal_rank == quality(known + unknown).mean_reciprocal_rank == 0.75
    assert quality(unknown).mean_reciprocal_rank is None


def test_what_is_not_known_of_all_says_of_how_many_it_is() -> None:
    searches = [summary_of(("a", "b"), "b"), summary_of(None, "a"), summary_of(("a",)), summary_of(())]
    rates = quality(searches)
    assert (rates.searches, rates.clicked, rates.ranked, rates.with_results) == (4, 2, 1, 3)


EVENTS = st.one_of(
    st.builds(Search, st.just("u"), st.just(START), st.sampled_from("abc")),
    st.builds(Results, st.just("u"), st.just(START), st.tuples(st.integers(1, 3), st.integers(4, 6))),
    st.builds(ClickResult, st.just("u"), st.just(START), st.integers(1, 7) | st.none()),
)
SESSIONS = st.lists(st.lists(EVENTS, min_size=1), min_size=1)


@given(SESSIONS)
def test_the_rates_of_any_log_agree_with_each_other(sessions: list[list[Event]]) -> None:
    users = [(f"u{n}", session) for n, session in enumerate(sessions)]
    searches = [search for user in users for search in summarize_session(user)]
    rates = quality(searches)
    assert sum(map(len, by_session(searches))) == rates.searches == len(searches)
    if rates.ctr is None or rates.abandonment is None:
        assert not searches
        return
    assert rates.ctr + rates.abandonment == pytest.approx(1)
    assert rates.searches_per_session == rates.searches / rates.sessions
    assert 0 <= rates.ranked <= rates.clicked <= rates.searches
    assert (rates.mean_reciprocal_rank is None) == (rates.ranked == 0)
    assert (rates.zero_result_rate is None) == all(search.results != 0 for search in searches)
    assert (rates.median_seconds_to_first_click is None) == (rates.clicked == 0)
    if rates.mean_reciprocal_rank is not None:
        assert 0 < rates.mean_reciprocal_rank <= 1
