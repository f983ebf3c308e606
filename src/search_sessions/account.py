"""What becomes of every item that is read: an event, or nothing to do with one, or refused with a reason."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from search_sessions.events import Event, Results
from search_sessions.metrics import SearchSummary
from search_sessions.searches import SearchVisit, split_searches
from search_sessions.sessions import UserSession


@dataclass(slots=True)
class Account:
    """What became of the items read: every one is counted as one of these."""

    events: int = 0
    ignored: int = 0
    rejected: int = 0
    late: int = 0

    def sentence(self, where: str = "") -> str:
        """Return the account as a sentence; `where` says in what the events are."""
        lines = self.events + self.ignored + self.rejected + self.late
        return (
            f"{lines:,} lines: {self.events:,} events{where}, {self.ignored:,} ignored, "
            f"{self.rejected:,} rejected, {self.late:,} late."
        )


class LateError(ValueError):
    """An event comes after later ones were handed on: its place in the order of time is gone."""


class Refused(NamedTuple):
    """An item that was rejected or is late, with a sentence that says why."""

    item: Any
    reason: str


class Batch(NamedTuple):
    """Events in order of time, and the items refused since the batch before."""

    events: list[Event]
    refused: list[Refused]


def batch_events(part_batch: tuple[str, Batch]) -> list[Event]:
    """Take the events out of what an ordered input hands on."""
    return part_batch[1].events


class Tally:
    """Counts what comes out of the flow."""

    def __init__(self) -> None:
        self.account = Account()
        self.sessions = self.events = self.searches = self.clicked = 0

    def take(self, account: Account) -> None:
        """Take the account of the lines that were read."""
        self.account = account

    def split(self, user_session: UserSession) -> list[SearchVisit]:
        """Count a session and its events, and cut it into its searches."""
        self.sessions += 1
        self.events += sum(type(event) is not Results for event in user_session[1])
        return split_searches(user_session)

    def count(self, summary: SearchSummary) -> SearchSummary:
        """Count a search."""
        self.searches += 1
        self.clicked += summary.clicks > 0
        return summary

    @property
    def lost(self) -> int:
        """The number of events that the engine has dropped, since the run stood still for too long."""
        return self.account.events - self.events

    def __str__(self) -> str:
        """Return the account of the run, in which every line is found again."""
        account = replace(self.account, events=self.events, late=self.account.late + self.lost)
        searches = f"{self.searches:,} searches"
        if self.searches:
            searches += f", {self.clicked:,} clicked: CTR {self.clicked / self.searches:.3f}"
        return f"{account.sentence(f' in {self.sessions:,} sessions')} {searches}."
