"""A whole log in memory: its sessions and searches, for all that looks at more than one of them."""

from datetime import timedelta

from bytewax.dataflow import Dataflow
from bytewax.inputs import Input
from bytewax.testing import TestingOutput, run_main

from search_sessions.account import Account
from search_sessions.dataflow import search_flow
from search_sessions.inputs import LogInput
from search_sessions.metrics import SearchSummary
from search_sessions.order import OrderedInput
from search_sessions.searches import SearchVisit, split_searches
from search_sessions.sessions import GAP, UserSession, event_clock
from search_sessions.ubi import read_line


class Run:
    """What a run of the flow brings out: nothing before it was run.

    Refused lines are counted in the account, and not kept.
    """

    def __init__(self) -> None:
        self.account = Account()
        self._sessions: list[UserSession] = []
        self._searches: list[tuple[str, SearchSummary]] = []

    def flow(self, source: Input, gap: timedelta = GAP) -> Dataflow:
        """Return the flow from a source of batches of events to here; further steps may follow."""
        refused, searches = TestingOutput([]), TestingOutput(self._searches)
        return search_flow(source, refused, searches, gap, event_clock(), self._split)

    def log(self, path: str) -> OrderedInput:
        """Return a log as the source of the flow."""
        return OrderedInput(LogInput([path]), read_line, on_end=self._take)

    @property
    def sessions(self) -> list[UserSession]:
        """All sessions, those without a search too, in order of time: the engine has no order of users."""
        return sorted(self._sessions, key=lambda session: (session[1][0].time, session[0]))

    @property
    def searches(self) -> list[SearchSummary]:
        """All searches, in order of time."""
        return sorted((search for _, search in self._searches), key=lambda search: (search.time, search.user))

    def _split(self, user_session: UserSession) -> list[SearchVisit]:
        self._sessions.append(user_session)
        return split_searches(user_session)

    def _take(self, account: Account) -> None:
        self.account = account


def run_log(path: str, gap: timedelta = GAP) -> Run:
    """Return all that the flow makes of a log.

    Raises:
        OSError: the path names no file that can be read.

    """
    run = Run()
    run_main(run.flow(run.log(path), gap))
    return run
