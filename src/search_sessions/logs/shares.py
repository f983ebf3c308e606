"""One log on several cores: a process for each share of the users.

No session spans two users, so the processes need to know nothing of each other. Each reads every line, keeps
the records of its users, and sends what comes out of its flow to this process, which writes it. So the log
is read once by each: it must be files, and it must have an end.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any, cast

from bytewax.outputs import DynamicOutput, Output

from search_sessions.engine.stop import stop_run
from search_sessions.formats.tally import Tally
from search_sessions.logs.share_process import Done, run_share
from search_sessions.pipeline.child import start_child
from search_sessions.pipeline.records import Batch
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import Settings


class Writer:
    """Writes to an output of the engine without the engine."""

    def __init__(self, output: Any) -> None:
        self._with_key = isinstance(output, DynamicOutput)
        self._sink = output.build(0, 1) if self._with_key else output.build_part("file", None)

    def write(self, item: Any) -> None:
        """Write an item."""
        self._sink.write(("", item) if self._with_key else item)

    def close(self) -> None:
        """Close the output."""
        self._sink.close()


def run_shares(
    logs: Sequence[str],
    settings: Settings,
    searches: Output,
    dead_letters: Output,
    report: RunReport,
    tell_read: Callable[[int], object],
) -> Tally:
    """Run the flow for all shares at once, and add to the report; return what the readers noticed.

    `searches` is given blocks of lines, `dead_letters` batches without events, `tell_read` how many bytes
    more of the logs are read.
    """
    tally, lines, letters = Tally(settings.user_field), Writer(searches), Writer(dead_letters)
    running = [start_share(logs, settings, share) for share in range(settings.processes)]
    while running:
        for connection in cast("list[Connection]", wait(running)):
            sent = receive(connection)
            if isinstance(sent, bytes):
                lines.write(sent)
            elif isinstance(sent, list):
                letters.write(Batch([], sent))
            elif isinstance(sent, int):
                tell_read(sent)
            else:
                add(sent, report, tally)
                running.remove(connection)
    lines.close()
    letters.close()
    return tally


def start_share(logs: Sequence[str], settings: Settings, share: int) -> Connection:
    """Start the process of a share; return the end of the pipe on which it sends."""
    ours, theirs = Pipe(duplex=False)
    start_child(run_share, theirs, logs, settings, share)
    theirs.close()
    return ours


def receive(connection: Connection) -> Any:
    """Return what a share sends; where it has ended before it was done, end the run."""
    try:
        return connection.recv()
    except (EOFError, OSError):  # before a message, or within one
        stop_run("The run failed: one of its processes has ended early.")


def add(done: Done, report: RunReport, tally: Tally) -> None:
    """Add what a share has done to the report and the tally."""
    counts = done.lines
    if report.lines.lines:  # every share has read all lines: those of the first count
        counts = replace(counts, further=counts.records + counts.ignored)
    report.take_lines(counts)
    report.sessions += done.sessions
    report.events += done.events
    report.searches += done.searches
    report.clicked += done.clicked
    tally.add(done.tally)
