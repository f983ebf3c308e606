"""The command that reads logs: a line for each search, and the account of all lines on standard error."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bytewax.outputs import Output

from search_sessions.engine.run import run_flow
from search_sessions.engine.stop import say
from search_sessions.formats.json_lines import json_line
from search_sessions.logs.dead_letters import FirstDeadLetters, dead_letter_lines
from search_sessions.logs.progress import Progress
from search_sessions.logs.sinks import FileLines
from search_sessions.logs.source import LogInput
from search_sessions.logs.stdout import StdoutLines
from search_sessions.pipeline.about import RecoveryError
from search_sessions.pipeline.flow import search_flow
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.recovery import open_recovery
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import Settings

STDIN, STDOUT = "/dev/stdin", "/dev/stdout"


class UseError(Exception):
    """Files or options do not go together; the message is a sentence."""


@dataclass
class Files:
    """What a run reads and writes: `-` is standard input; without `out`, searches go to standard output."""

    logs: Sequence[str]
    out: str | None = None
    rejects: str | None = None

    def __post_init__(self) -> None:
        """Name standard input as a file."""
        self.logs = [STDIN if log == "-" else log for log in self.logs]

    def check(self, settings: Settings) -> None:
        """Raise a sentence if the settings ask for what cannot be done with these files."""
        if settings.recovery is None:
            return
        if self.out is None:
            raise UseError("--recovery needs --out FILE: what went to standard output cannot be taken back.")
        for log in self.logs:
            if not Path(log).is_file():
                raise UseError(f"--recovery needs files: {log} cannot be read a second time.")

    def searches(self) -> Output:
        """Return the sink of searches."""
        if self.out is None:
            return StdoutLines(json_line, self.logs)
        return FileLines(self.out, json_line, self.logs)

    def dead_letters(self, progress: Progress) -> Output:
        """Return the sink of dead letters."""
        if self.rejects is None:
            return FirstDeadLetters(progress.say)
        return FileLines(self.rejects, dead_letter_lines, [*self.logs, self.out or STDOUT])


def read_logs(files: Files, settings: Settings) -> int:
    """Run the flow from the logs to the outputs; return 0, 1 if the run failed, or 2 if it cannot begin."""
    report = RunReport()
    try:
        run(files, settings, report)
    except (RecoveryError, UseError) as error:
        say(str(error))
        return 2
    except OSError as error:
        say(f"{error.filename}: {error.strerror}.")
        return 2
    # A run that was resumed has counted all lines, but only its own sessions.
    say(str(report) if settings.recovery is None else report.lines.sentence())
    return status_of(report, settings)


def run(files: Files, settings: Settings, report: RunReport) -> None:
    """Run the flow, with a progress bar on a terminal.

    Raises:
        UseError: files and settings do not go together.
        RecoveryError: the recovery directory cannot be used.
        OSError: a file cannot be used.

    """
    files.check(settings)
    progress = Progress(files.logs)
    source = LogInput(files.logs, progress.open, finished=settings.recovery is None)
    store = None
    if settings.recovery is not None:
        outputs = [name for name in (files.out, files.rejects) if name is not None]
        recovery = open_recovery(settings, absolute(files.logs), absolute(outputs))
        store = recovery.directory
    reader = make_reader(settings)
    read, searches, dead_letters = line_reader(reader.read), files.searches(), files.dead_letters(progress)
    run_flow(search_flow(source, read, searches, dead_letters, settings, report), settings.workers, store)
    progress.close()
    for hint in reader.tally.hints(report.lines.records):
        say(hint)


def absolute(paths: Sequence[str]) -> list[str]:
    """Return the paths as they are named from everywhere."""
    return [os.path.abspath(path) for path in paths]  # noqa: PTH100 - these are names, not files


def status_of(report: RunReport, settings: Settings) -> int:
    """Return the status of a run that has come to its end; say why, if it is not 0."""
    lines = report.lines
    if settings.recovery is None and report.dropped:
        say(f"The engine has dropped {report.dropped:,} events as late: run it again, with a longer --wait.")
        return 1
    if lines.rejected and not lines.events + lines.late:
        say("No line of the input could be used.")
        return 1
    return 0
