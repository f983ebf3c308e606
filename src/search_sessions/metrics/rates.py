"""What is known about many searches: the rates of a log.

Each is a mean or a median of what its searches have a value for, and None where none of them has.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search_sessions.metrics.search import SearchSummary, reciprocal_rank

Searches = Sequence[SearchSummary]


@dataclass(frozen=True, slots=True)
class Quality:
    """The metrics of a log; a session counts if it has a search.

    Three counts say how many searches a metric rests on: `clicked`, those with a click; `ranked`, those of
    them whose first click has a rank; and `with_results`, those of which the log says what they showed.
    """

    searches: int
    sessions: int
    clicked: int
    ranked: int
    with_results: int
    ctr: float | None
    abandonment: float | None
    session_abandonment: float | None
    zero_result_rate: float | None
    mean_reciprocal_rank: float | None
    median_seconds_to_first_click: float | None
    reformulation_rate: float | None
    repeat_rate: float | None
    searches_per_session: float | None


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that there are; None if there are none.

    >>> mean([1.0, None, 0.0]), mean([None])
    (0.5, None)
    """
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there else None


def median(values: Iterable[float | None]) -> float | None:
    """Return the median of the values that there are; None if there are none.

    >>> median([1.0, None, 2.0, 9.0]), median([])
    (2.0, None)
    """
    there = [value for value in values if value is not None]
    return statistics.median(there) if there else None


def click_through_rate(searches: Searches) -> float | None:
    """Return clicked searches ÷ searches.

    Source: Coveo's search event click-through; Algolia's click-through rate, which also has no value
    where there are no searches and is 0 where there are searches but no clicks.
    """
    return mean(search.ctr for search in searches)


def abandonment(searches: Searches) -> float | None:
    """Return searches without a click ÷ searches, those without results among them: 1 - CTR.

    Source: Radlinski et al. 2008; Algolia's no click rate. Not every abandonment is a failure: the page
    of results itself may have been the answer (Li, Huffman and Tokuda, SIGIR 2009).
    """
    return mean(1 - search.ctr for search in searches)


def zero_result_rate(searches: Searches) -> float | None:
    """Return searches that were shown nothing ÷ searches of which the log says what they were shown.

    It has no value where none was shown nothing: a log of UBI 1.3 has no way to say that one was.
    Source: Wikimedia's search dashboards; Meilisearch's no result rate.
    """
    nothing = [search.results == 0 for search in searches if search.results is not None]
    return mean(nothing) if any(nothing) else None


def by_session(searches: Searches) -> list[list[SearchSummary]]:
    """Group the searches by session: a user's sessions differ in their start."""
    sessions: defaultdict[object, list[SearchSummary]] = defaultdict(list)
    for search in searches:
        sessions[search.user, search.session_start].append(search)
    return list(sessions.values())


def session_abandonment(searches: Searches) -> float | None:
    """Return sessions with a search but no click on a result ÷ sessions with a search.

    Source: abandonment, asked of the session; the definition is this project's own.
    """
    return mean(not any(search.ctr for search in session) for session in by_session(searches))


def quality(searches: Searches) -> Quality:
    """Return the metrics of a log.

    Those not defined above are means and medians of what `metrics.search` defines. That a rate of
    reformulation counts different queries only, and repeats apart, goes beyond Radlinski et al. 2008, who
    take any further query of the session for one; their queries per session are counted here as there.

    >>> quality([]).ctr is None
    True
    """
    sessions = by_session(searches)
    return Quality(
        searches=len(searches),
        sessions=len(sessions),
        clicked=sum(search.ctr > 0 for search in searches),
        ranked=sum(search.first_click_rank is not None for search in searches),
        with_results=sum(search.results is not None for search in searches),
        ctr=click_through_rate(searches),
        abandonment=abandonment(searches),
        session_abandonment=session_abandonment(searches),
        zero_result_rate=zero_result_rate(searches),
        mean_reciprocal_rank=mean(map(reciprocal_rank, searches)),
        median_seconds_to_first_click=median(search.seconds_to_first_click for search in searches),
        reformulation_rate=mean(search.reformulated for search in searches),
        repeat_rate=mean(search.repeated for search in searches),
        searches_per_session=mean(map(len, sessions)),
    )
