"""What a run on Kafka has read and written so far."""

from dataclasses import dataclass, field, fields, replace

from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.open_session import OpenSession
from search_sessions.pipeline.report import RunReport


@dataclass
class LiveReport(RunReport):
    """Counts what this process reads and finds, at any time; an earlier run's counts are not in it."""

    _partitions: list[tuple[LineCounts, LineCounts]] = field(default_factory=list)

    def watch_lines(self, counts: LineCounts) -> None:
        """Take the counts of a partition that begins; they grow from there."""
        super().watch_lines(counts)
        self._partitions.append((counts, replace(counts)))

    def lines_so_far(self) -> LineCounts:
        """Return what became of the messages that this run has read."""
        names = [each.name for each in fields(LineCounts)]
        return LineCounts(
            **{
                name: sum(getattr(now, name) - getattr(before, name) for now, before in self._partitions)
                for name in names
            }
        )

    @property
    def open_sessions(self) -> int:
        """The number of sessions that are open, those taken over from an earlier run among them."""
        return OpenSession.begun - self.sessions
