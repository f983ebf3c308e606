"""One log on several cores: a process for each share of the users.

No session spans two users, so the processes need to know nothing of each other. Each reads every line, keeps
the records of its users, and sends what comes out of its flow to this process, which writes it. So a log is
read several times: it must be a file. It is read up to the size that it has before the first process starts,
or each would find another end of a log that grows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
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

    Raises:
        OSError: a log is not there.

    """
    sizes = {log: Path(log).stat().st_size for log in logs}
    try:  # before an output is opened, which empties it
        running = [start_share(logs, sizes, settings, share) for share in range(settings.processes)]
    except OSError as error:
        stop_run(f"{settings.processes} processes cannot be started: {error.strerror}.", status=2)
    tally, lines, letters = Tally(settings.user_field), Writer(searches), Writer(dead_letters)
    done: list[Done] = []
    while running:
        for connection in cast("list[Connection]", wait(running)):
            sent = receive(connection)
            if isinstance(sent, bytes):
                lines.write(sent)
            elif isinstance(sent, list):
                letters.write(Batch([], sent))
            elif isinstance(sent, int):
                tell_read(sent)
            elif isinstance(sent, str):
                stop_run(sent)
            else:
                done.append(sent)
                running.remove(connection)
    lines.close()
    letters.close()
    add_all(done, report, tally)
    return tally


def start_share(logs: Sequence[str], sizes: Mapping[str, int], settings: Settings, share: int) -> Connection:
    """Start the process of a share; return the end of the pipe on which it sends."""
    ours, theirs = Pipe(duplex=False)
    start_child(run_share, theirs, logs, sizes, settings, share)
    theirs.close()
    return ours


def receive(connection: Connection) -> Any:
    """Return what a share sends; where it has ended before it was done, end the run."""
    try:
        return connection.recv()
    except (EOFError, OSError):  # before a message, or within one
        stop_run("The run failed: one of its processes has ended early.")


def add_all(done: Sequence[Done], report: RunReport, tally: Tally) -> None:
    """Add what the shares have done to the report and the tally, unless they have not read the same."""
    if len({(share.lines.lines, share.bytes_read) for share in done}) > 1:
        stop_run("The run failed: a log was changed, or could not be read, while its processes read it.")
    for share in done:
        counts = share.lines
        if share is not done[0]:  # all have read all lines: those of the first count
            counts = replace(counts, further=counts.records + counts.ignored)
        report.take_lines(counts)
        report.sessions += share.sessions
        report.events += share.events
        report.searches += share.searches
        report.clicked += share.clicked
        tally.add(share.tally)
