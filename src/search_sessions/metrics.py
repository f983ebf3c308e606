"""What there is to say about one search: its metrics, as search teams and the literature define them.

What a metric has no value for is None, never 0: an average over searches must be able to leave it out.
The names and several definitions go back to Radlinski, Kurup and Joachims, "How does clickthrough data
reflect retrieval quality?", CIKM 2008, doi 10.1145/1458082.1458092.
"""

from dataclasses import dataclass
from datetime import datetime

from search_sessions.pairs import Pair
from search_sessions.searches import SearchVisit, ctr


@dataclass(slots=True)
class SearchSummary:
    """What there is to say about one search: the fields of its line of output."""

    user: str
    query: str
    query_id: str | None
    time: datetime
    session_start: datetime
    session_end: datetime
    results: int | None  # how many were shown, if the log says so
    clicks: int
    ctr: float
    first_click_rank: int | None
    seconds_to_first_click: float | None
    reformulated: bool
    repeated: bool


def first_click_rank(visit: SearchVisit) -> int | None:
    """Return the place, from 1 on, of the first click among the results shown.

    First is the click earliest in time. It has no rank where nothing was clicked, where the log does not
    say what was clicked or shown, or where the item was not shown. Ids are compared as text, since one
    service may log as a number what another logs as a string.

    Source: the click rank of Coveo's usage analytics, Algolia's click position; both count from 1.

    >>> from search_sessions.sample import SAMPLE
    >>> from search_sessions.searches import split_searches
    >>> [dogs] = split_searches(("1", SAMPLE[:4]))
    >>> first_click_rank(dogs)
    2
    """
    clicked = visit.clicks[0].item if visit.clicks else None
    if clicked is None or visit.items is None:
        return None
    ranks = (rank for rank, item in enumerate(visit.items, start=1) if str(item) == str(clicked))
    return next(ranks, None)


def seconds_to_first_click(visit: SearchVisit) -> float | None:
    """Return the seconds from the search, not from its results, to its first click; None without a click.

    They are below zero if the click's clock is behind that of the search.

    Source: Radlinski et al. 2008.

    >>> from search_sessions.sample import SAMPLE
    >>> from search_sessions.searches import split_searches
    >>> cats, fruit = split_searches(("2", SAMPLE[4:11]))
    >>> seconds_to_first_click(cats), seconds_to_first_click(fruit)
    (60.0, None)
    """
    if not visit.clicks:
        return None
    return (visit.clicks[0].time - visit.search.time).total_seconds()


def reciprocal_rank(summary: SearchSummary) -> float | None:
    """Return 1 ÷ the rank of the first click, 0 without a click, None for a click that has no rank.

    Source: the reciprocal rank of TREC's trec_eval, with the first click for the first relevant result.

    >>> from search_sessions.sample import SAMPLE
    >>> from search_sessions.searches import split_searches
    >>> [dogs] = split_searches(("1", SAMPLE[:4]))
    >>> reciprocal_rank(summarize(dogs)[1])
    0.5
    """
    if not summary.clicks:
        return 0.0
    return summary.first_click_rank and 1 / summary.first_click_rank


def summarize(visit: SearchVisit) -> tuple[str, SearchSummary]:
    """Say what there is to say about the search, keyed by its user."""
    summary = SearchSummary(
        user=visit.user,
        query=visit.search.query,
        query_id=visit.search.query_id,
        time=visit.search.time,
        session_start=visit.session_start,
        session_end=visit.session_end,
        results=None if visit.items is None else len(visit.items),
        clicks=len(visit.clicks),
        ctr=ctr(visit),
        first_click_rank=first_click_rank(visit),
        seconds_to_first_click=seconds_to_first_click(visit),
        reformulated=visit.reformulated,
        repeated=visit.repeated,
    )
    return Pair((visit.user, summary))
