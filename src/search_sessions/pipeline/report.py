"""What a run did: what became of every line, and what came out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from search_sessions.metrics.search import SearchSummary
from search_sessions.pipeline.counts import LineCounts, counted
from search_sessions.sessions import UserSession


@dataclass
class RunReport:
    """Counts what comes out of a flow, on all of its workers in this process."""

    lines: LineCounts = field(default_factory=LineCounts)
    sessions: int = 0
    events: int = 0
    searches: int = 0
    clicked: int = 0
    resumed: bool = False  # an earlier run has read a part of the lines
    _lock: Lock = field(default_factory=Lock)

    def watch_lines(self, counts: LineCounts) -> None:
        """Take the counts of a partition that begins, or goes on after an earlier run: they grow."""
        self.resumed = self.resumed or counts.lines > 0

    def take_lines(self, counts: LineCounts) -> None:
        """Take the counts of the lines of a partition, once it has ended."""
        with self._lock:
            self.lines = self.lines + counts

    def count_session(self, user_session: UserSession, searches: Sequence[SearchSummary]) -> None:
        """Count a session, its events and its searches."""
        clicked = [search for search in searches if search.ctr]
        with self._lock:
            self.sessions += 1
            self.events += len(user_session[1])
            self.searches += len(searches)
            self.clicked += len(clicked)

    @property
    def dropped(self) -> int:
        """The number of events that the engine has dropped, since the run stood still for too long."""
        return self.lines.events - self.events

    def __str__(self) -> str:
        """Return the report as a sentence or two, in which every line is found again."""
        lines = replace(self.lines, events=self.events, late=self.lines.late + self.dropped)
        searches = counted(self.searches, "search", "searches")
        if self.searches:
            searches += f", {self.clicked:,} clicked: CTR {self.clicked / self.searches:.3f}"
        where = f" in {counted(self.sessions, 'session')}"
        return f"{lines.sentence(where)} {searches}."
