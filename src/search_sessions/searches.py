"""From a session to its searches, and from a search to its click-through rate."""

from collections.abc import Collection
from dataclasses import dataclass, field

from search_sessions.events import ClickResult, Event, Item, Results, Search
from search_sessions.sessions import UserSession


@dataclass(slots=True)
class SearchVisit:
    """One search as its session shows it: what was asked, what was shown, what was clicked.

    `items` is None where the log does not say what was shown, and empty where nothing was found. `clicks`
    are in order of time.
    """

    user: str
    search: Search
    items: Collection[Item] | None = None
    clicks: list[ClickResult] = field(default_factory=list)


@dataclass(slots=True)
class SearchCTR:
    """The click-through rate of one search."""

    user: str
    query: str
    ctr: float


def split_searches(user_session: UserSession) -> list[SearchVisit]:
    """Cut a user's session, in order of time, into its searches.

    Results and clicks with a `query_id` belong to the session's search of that id, or to none if it has
    no such search. Those without belong to the latest search before them, or to none if there is none.
    A `query_id` logged again is the same search, and its first list of results counts.
    """
    user, session = user_session
    visits = find_searches(user, session)
    latest: SearchVisit | None = None
    for place, event in enumerate(session):
        if isinstance(event, Search):
            latest = visits[event.query_id or place]
            add_shown(latest, event.items)
        elif isinstance(event, ClickResult):
            clicked = visits.get(event.query_id) if event.query_id else latest
            if clicked:
                clicked.clicks.append(event)
        elif isinstance(event, Results):
            shown = visits.get(event.query_id) if event.query_id else latest
            if shown:
                add_shown(shown, event.items)
    return list(visits.values())


def find_searches(user: str, session: list[Event]) -> dict[str | int, SearchVisit]:
    """Return the searches of a session, each by its id, or by its place in the session if it has none.

    First all searches, then the clicks: clocks differ, so a click may stand before the search that it names.
    """
    visits: dict[str | int, SearchVisit] = {}
    for place, event in enumerate(session):
        if isinstance(event, Search):
            visits.setdefault(event.query_id or place, SearchVisit(user, event))
    return visits


def add_shown(visit: SearchVisit, items: Collection[Item] | None) -> None:
    """Note what the search showed, unless that is known already."""
    if visit.items is None:
        visit.items = items


def ctr(visit: SearchVisit) -> float:
    """Return the click-through rate of one search: 1.0 if it was clicked, however often, else 0.0."""
    return 1.0 if visit.clicks else 0.0


def calc_ctr(visit: SearchVisit) -> SearchCTR:
    """Give the search its click-through rate."""
    return SearchCTR(visit.user, visit.search.query, ctr(visit))
