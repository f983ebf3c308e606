"""What is known about one search: its metrics, as search teams and the literature define them.

What a metric has no value for is None, never 0: an average over searches must be able to leave it out.
The names and several definitions go back to Radlinski, Kurup and Joachims, "How does clickthrough data
reflect retrieval quality?", CIKM 2008, doi 10.1145/1458082.1458092.
"""

from datetime import datetime

import msgspec

from search_sessions.searches import SearchVisit, ctr, split_searches
from search_sessions.sessions import UserSession


class SearchSummary(msgspec.Struct, gc=False):
    """What is known about one search: the fields of its line of output.

    `results` is how many it showed, None if the log does not say. `reformulated` says that a different query
    follows in the session, `repeated` that the same one does, letter by letter; both may be so. It is a
    struct rather than a dataclass, since one is made and written for every search, in a third of the time.
    """

    user: str
    query: str
    query_id: str | None
    time: datetime
    session_start: datetime
    session_end: datetime
    results: int | None
    clicks: int
    ctr: float
    first_click_rank: int | None
    seconds_to_first_click: float | None
    reformulated: bool
    repeated: bool


def first_click_rank(visit: SearchVisit) -> int | None:
    """Return the place, from 1 on, of the first click among the results shown.

    First is the click earliest in time. Where the log does not say what was shown, or the item was not
    among it, the click's own rank counts, if it has one. Ids are compared as text, since one service may log
    as a number what another logs as a string.

    Source: the click rank of Coveo's usage analytics, Algolia's click position; both count from 1.

    >>> from search_sessions.sample import SAMPLE
    >>> from search_sessions.searches import split_searches
    >>> [dogs] = split_searches(("1", SAMPLE[:4]))
    >>> first_click_rank(dogs)
    2
    """
    if not visit.clicks:
        return None
    first = visit.clicks[0]
    if first.item is None or visit.items is None:
        return first.rank
    shown, clicked = list(map(str, visit.items)), str(first.item)
    return shown.index(clicked) + 1 if clicked in shown else first.rank


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
    """Return 1 ÷ the rank of the first click; None without a click, and for a click that has no rank.

    Source: the reciprocal rank of TREC's trec_eval, with the first click for the first relevant result.
    There, a search without one counts as 0. Here it has no value, or it would hide the ranks that are known.

    >>> from search_sessions.sample import SAMPLE
    >>> [dogs] = summarize_session(("1", SAMPLE[:4]))
    >>> reciprocal_rank(dogs)
    0.5
    """
    return 1 / summary.first_click_rank if summary.first_click_rank else None


def summarize_session(user_session: UserSession) -> list[SearchSummary]:
    """Return what is known about each search of a user's session."""
    events = user_session[1]
    start, end = events[0].time, events[-1].time
    summaries = [summarize(visit, start, end) for visit in split_searches(user_session)]
    mark_follow_ups(summaries)
    return summaries


def summarize(visit: SearchVisit, session_start: datetime, session_end: datetime) -> SearchSummary:
    """Return what is known about a search, but for the queries that follow it."""
    return SearchSummary(
        user=visit.user,
        query=visit.search.query,
        query_id=visit.search.query_id,
        time=visit.search.time,
        session_start=session_start,
        session_end=session_end,
        results=None if visit.items is None else len(visit.items),
        clicks=len(visit.clicks),
        ctr=ctr(visit),
        first_click_rank=first_click_rank(visit),
        seconds_to_first_click=seconds_to_first_click(visit),
        reformulated=False,
        repeated=False,
    )


def mark_follow_ups(searches: list[SearchSummary]) -> None:
    """Note at each search of a session which queries follow it: different ones, the same one."""
    following: set[str] = set()
    for search in reversed(searches):
        others = following - {search.query}
        search.repeated = search.query in following
        search.reformulated = bool(others)
        following.add(search.query)
