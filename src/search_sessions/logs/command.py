"""The command that reads logs: a line for each search on standard output, the account on standard error."""

import io
import sys
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bytewax.outputs import Output
from bytewax.testing import run_main
from tqdm import tqdm

from search_sessions.formats.json_lines import json_line
from search_sessions.logs.dead_letters import FirstDeadLetters, dead_letter_lines
from search_sessions.logs.sinks import FileLines, StdoutLines
from search_sessions.logs.source import LogInput
from search_sessions.pipeline.flow import search_flow
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import Settings

NO_EPOCHS = timedelta(days=365)
"""At the end of an epoch the engine saves its state, even where nothing keeps it: so none ends."""


def read_logs(logs: Sequence[str], rejects: str | None, settings: Settings) -> int:
    """Run the flow from the logs to standard output; return the exit status."""
    try:
        return run(logs, rejects, settings)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
        return 2


def run(logs: Sequence[str], rejects: str | None, settings: Settings) -> int:
    """Run the flow, with a progress bar on a terminal.

    Raises:
        OSError: a file cannot be used.

    """
    total = sum(Path(log).stat().st_size for log in logs)
    bar = tqdm(total=total, unit="B", unit_scale=True, leave=False, disable=None, desc="reading")

    class WatchedFile(io.FileIO):
        """A file that moves the progress bar as it is read."""

        def readinto(self, buffer: Any) -> int | None:
            size = super().readinto(buffer)
            bar.update(size or 0)
            return size

    report = RunReport()
    source = LogInput(logs, open_raw=WatchedFile)
    dead_letters: Output = FirstDeadLetters(partial(bar.write, file=sys.stderr))  # above the bar
    if rejects is not None:
        dead_letters = FileLines(rejects, dead_letter_lines, logs)
    reader = make_reader(settings)
    read = line_reader(reader.read)
    flow = search_flow(source, read, StdoutLines(json_line), dead_letters, settings, report)
    run_main(flow, epoch_interval=NO_EPOCHS)
    bar.close()
    if report.dropped:
        print(
            f"{report.dropped:,} events are late: the run stood still for more than {settings.wait}.",
            file=sys.stderr,
        )
    print(*reader.tally.hints(report.lines.records), report, sep="\n", file=sys.stderr)
    return 0
