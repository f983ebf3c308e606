"""The data model: what a search engine logs about its users.

Every event names its `user` and its `time`, an aware datetime in `timezone.utc`: the one time zone the
engine accepts. Events have slots, which save memory.
In a larger system such classes would be generated from the schema of the log.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

User = str | int
Item = str | int


@dataclass(slots=True)
class AppOpen:
    """The user opened the search application."""

    user: User
    time: datetime


@dataclass(slots=True)
class Search:
    """The user asked for `query`.

    `query_id`, where the log has one, ties the results and clicks of a search to it. `items` is what the
    search showed, where the log says so in the same record: the best first, empty if nothing was found.
    """

    user: User
    time: datetime
    query: str
    query_id: str | None = None
    items: Collection[Item] | None = None


@dataclass(slots=True)
class Results:
    """The engine showed the user `items`, the best first: in logs with a record of their own for that."""

    user: User
    time: datetime
    items: Collection[Item]
    query_id: str | None = None


@dataclass(slots=True)
class ClickResult:
    """The user clicked one of the results.

    `item` is None where the log does not say which. `rank`, from 1 on, is where it stood, if the log says so.
    """

    user: User
    time: datetime
    item: Item | None
    query_id: str | None = None
    rank: int | None = None


@dataclass(slots=True)
class Activity:
    """The user did something else, such as scroll or pay: no part of a search, but a sign of life."""

    user: User
    time: datetime


Event = AppOpen | Search | Results | ClickResult | Activity
