"""A run whose results stay in memory, for all that looks at more than one search."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from bytewax.dataflow import Dataflow
from bytewax.inputs import PartitionedInput
from bytewax.testing import TestingOutput, run_main

from search_sessions.formats.outcomes import Outcome
from search_sessions.metrics.search import SearchSummary
from search_sessions.pipeline.flow import search_flow
from search_sessions.pipeline.records import Batch, DeadLetter
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import Settings
from search_sessions.sessions import UserSession


@dataclass
class SessionsReport(RunReport):
    """Counts what comes out of a flow, and keeps its sessions."""

    kept: list[UserSession] = field(default_factory=list)

    def count_session(self, user_session: UserSession, searches: Sequence[SearchSummary]) -> None:
        """Count a session, and keep it."""
        super().count_session(user_session, searches)
        self.kept.append(user_session)


@dataclass
class Collected:
    """What a run brings out: nothing, before it was run."""

    report: SessionsReport = field(default_factory=SessionsReport)
    _batches: list[tuple[str, Batch]] = field(default_factory=list)
    _searches: list[tuple[str, list[SearchSummary]]] = field(default_factory=list)

    def flow(
        self, source: PartitionedInput, read: Callable[[Any], list[Outcome]], settings: Settings
    ) -> Dataflow:
        """Return the flow from a source to here; further steps may follow, and get `(user, search)` pairs."""
        searches, dead_letters = TestingOutput(self._searches), TestingOutput(self._batches)
        flow = search_flow(source, read, searches, dead_letters, settings, self.report)
        flow.flat_map(keyed_searches)
        return flow

    @property
    def sessions(self) -> list[UserSession]:
        """All sessions, those without a search too, in order of time: the engine has no order of users."""
        return sorted(self.report.kept, key=lambda session: (session[1][0].time, session[0]))

    @property
    def searches(self) -> list[SearchSummary]:
        """All searches, in order of time."""
        searches = chain.from_iterable(found for _, found in self._searches)
        return sorted(searches, key=lambda search: (search.time, search.user))

    @property
    def dead_letters(self) -> list[DeadLetter]:
        """What was rejected or late, each with its reason, in the order of the input."""
        return [letter for _, batch in self._batches for letter in batch.dead_letters]


def keyed_searches(user_searches: tuple[str, list[SearchSummary]]) -> list[tuple[str, SearchSummary]]:
    """Take the searches of a session one by one, each keyed by its user."""
    user, searches = user_searches
    return [(user, search) for search in searches]


def collect(
    source: PartitionedInput, read: Callable[[Any], list[Outcome]], settings: Settings | None = None
) -> Collected:
    """Return all that the flow makes of a source that ends; `read` turns an item into outcomes.

    A run that stands still for longer than the wait ends the process (`pipeline.lag`).
    """
    collected = Collected()
    flow = collected.flow(source, read, settings or Settings())
    try:
        run_main(flow)
    finally:
        gc.enable()  # the run has switched it off
    return collected
