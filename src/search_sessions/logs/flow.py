"""The flow from log files to a file, to be run by `python -m bytewax.run`, the launcher of the engine.

After a crash, its recovery directory is not put in order: use the command where that matters.
"""

import sys
from typing import Any

from bytewax.dataflow import Dataflow

from search_sessions.engine.stop import say
from search_sessions.formats.json_lines import json_lines
from search_sessions.logs.dead_letters import FirstDeadLetters, dead_letter_lines
from search_sessions.logs.file_checks import why_not_begun
from search_sessions.logs.sinks import FileLines
from search_sessions.logs.source import LogInput
from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.flow import search_flow
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import SettingsError, launcher_settings


class PrintedCounts(RunReport):
    """Says on standard error what became of the lines, where the engine's runner has no word for it."""

    def take_lines(self, counts: LineCounts) -> None:
        """Print the counts of a partition, once it has ended."""
        say(counts.sentence())


def log_flow(*logs: str, out: str, rejects: str | None = None, **settings: Any) -> Dataflow:
    """Return the flow from log files to a file.

    `out` gets a line of JSON for each search, `rejects` one for each line that was rejected or late: without
    it the first few go to standard error. `settings` are those of `Settings`, by name, but for the
    last four, which say how a command runs the flow.
    """
    try:
        checked = launcher_settings(settings, "python -m search_sessions")
        source = LogInput(logs)
        searches = FileLines(out, json_lines, logs)
        dead_letters = (
            FirstDeadLetters() if rejects is None else FileLines(rejects, dead_letter_lines, logs, [out])
        )
    except SettingsError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(why_not_begun(error))
    read = line_reader(make_reader(checked).read)
    return search_flow(source, read, searches, dead_letters, checked, PrintedCounts())
