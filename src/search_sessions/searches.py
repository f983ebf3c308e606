"""From a session to its searches, and from a search to its click-through rate."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from search_sessions.events import ClickResult, Event, Item, Results, Search


@dataclass(slots=True)
class SearchVisit:
    """One search as its session shows it: what was asked, what was shown, what was clicked.

    `items` is None where the log does not say what was shown, and empty where nothing was found. `clicks`
    are in order of time. `reformulated` says that a different query follows in the session, `repeated`
    that the same one does, letter by letter; both may be so.
    """

    user: str
    search: Search
    session_start: datetime
    session_end: datetime
    items: tuple[Item, ...] | None = None
    clicks: list[ClickResult] = field(default_factory=list)
    reformulated: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class SearchCTR:
    """The click-through rate of one search."""

    user: str
    query: str
    ctr: float


def split_searches(user_session: tuple[str, list[Event]]) -> list[SearchVisit]:
    """Cut a user's session, in order of time, into its searches.

    Results and clicks with a `query_id` belong to the session's search of that id, or to none if it has
    no such search; those without belong to the latest search before them, or to none if there is none.
    A `query_id` logged again is the same search, and what it showed first is what was shown.
    """
    user, session = user_session
    start, end = session[0].time, session[-1].time
    visits: list[SearchVisit] = []
    by_id: dict[str, SearchVisit] = {}
    # By id, a click finds its search even if the clock of another service put it a moment before.
    clicks_by_id: defaultdict[str, list[ClickResult]] = defaultdict(list)
    latest: SearchVisit | None = None
    for event in session:
        if isinstance(event, Search):
            latest = by_id.get(event.query_id) if event.query_id else None
            if latest is None:
                latest = SearchVisit(user, event, start, end)
                visits.append(latest)
                if event.query_id:
                    by_id[event.query_id] = latest
                    latest.clicks = clicks_by_id[event.query_id]
        elif isinstance(event, Results):
            shown_for = by_id.get(event.query_id) if event.query_id else latest
            if shown_for and shown_for.items is None:
                shown_for.items = event.items
        elif isinstance(event, ClickResult):
            if event.query_id:
                clicks_by_id[event.query_id].append(event)
            elif latest:
                latest.clicks.append(event)
    look_ahead(visits)
    return visits


def look_ahead(visits: list[SearchVisit]) -> None:
    """Note at each search of a session which queries follow it: different ones, the same one."""
    following: set[str] = set()
    for visit in reversed(visits):
        query = visit.search.query
        visit.repeated = query in following
        visit.reformulated = len(following) > visit.repeated
        following.add(query)


def ctr(visit: SearchVisit) -> float:
    """Return the click-through rate of one search: 1.0 if it was clicked, however often, else 0.0."""
    return 1.0 if visit.clicks else 0.0


def calc_ctr(visit: SearchVisit) -> SearchCTR:
    """Give the search its click-through rate."""
    return SearchCTR(visit.user, visit.search.query, ctr(visit))
