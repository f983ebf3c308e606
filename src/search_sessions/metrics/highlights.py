"""Which sessions of a log are worth seeing: a few hours of a few users."""

from collections import defaultdict
from datetime import datetime, timedelta, timezone

from search_sessions.events import Search
from search_sessions.sessions import UserSession

USERS = 4
HOURS = 4
FIRST = datetime.min.replace(tzinfo=timezone.utc)

Lanes = dict[str, list[UserSession]]
"""The sessions of each user."""


def choose(sessions: list[UserSession], named: list[str]) -> Lanes:
    """Return the sessions of a few hours, by user: those who were named, or the few with the most to see.

    The hours are those in which these users have the most sessions, and then the most searches. A user who
    was named is there even without a session in them.
    """
    wanted = [session for session in sessions if (session[0] in named if named else searches([session]))]
    spans = by_span(wanted)
    if not spans:
        return {user: [] for user in named}
    count = len(named) or USERS
    start = max(spans, key=lambda start: worth(spans[start], count))
    most = list(by_user(spans[start]))[:count]
    users = named or [user for user in dict.fromkeys(user for user, _ in spans[start]) if user in most]
    lanes = by_user(by_span(sessions)[start])
    return {user: lanes.get(user, []) for user in users}


def by_span(sessions: list[UserSession]) -> dict[datetime, list[UserSession]]:
    """Return the sessions that begin within a few hours, by the full hour that these start at."""
    found: defaultdict[datetime, list[UserSession]] = defaultdict(list)
    for session in sessions:
        hour = session[1][0].time.replace(minute=0, second=0, microsecond=0)
        for back in range(min(HOURS, (hour - FIRST) // timedelta(hours=1) + 1)):
            found[hour - timedelta(hours=back)].append(session)
    return found


def by_user(sessions: list[UserSession]) -> Lanes:
    """Return the sessions of each user; the users with the most come first, then those who search most."""
    lanes: defaultdict[str, list[UserSession]] = defaultdict(list)
    for session in sessions:
        lanes[session[0]].append(session)
    return dict(sorted(lanes.items(), key=lambda lane: (-len(lane[1]), -searches(lane[1]))))


def worth(sessions: list[UserSession], count: int) -> tuple[int, int]:
    """Return how many sessions the first so many users have, and how many searches are in them."""
    lanes = list(by_user(sessions).values())[:count]
    return sum(map(len, lanes)), sum(map(searches, lanes))


def searches(sessions: list[UserSession]) -> int:
    """Return how many searches the sessions have."""
    return sum(isinstance(event, Search) for _, events in sessions for event in events)
