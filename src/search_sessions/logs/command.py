"""The command that reads logs: a line for each search, and the account of all lines on standard error."""

import os
from collections.abc import Sequence

from search_sessions.engine.run import run_flow
from search_sessions.engine.stop import say
from search_sessions.formats.tally import Tally
from search_sessions.logs.file_checks import why_not_begun
from search_sessions.logs.files import Files, UseError
from search_sessions.logs.progress import Progress
from search_sessions.logs.shares import run_shares
from search_sessions.logs.source import LogInput
from search_sessions.pipeline.about import RecoveryError
from search_sessions.pipeline.flow import search_flow
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.recovery import open_recovery
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import Settings


def read_logs(files: Files, settings: Settings) -> int:
    """Run the flow from the logs to the outputs; return 0, 1 if the run failed, or 2 if it cannot begin."""
    report = RunReport()
    try:
        run(files, settings, report)
    except (RecoveryError, UseError) as error:
        say(str(error))
        return 2
    except OSError as error:
        say(why_not_begun(error))
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
    run_here = run_in_shares if settings.processes > 1 else run_in_this_process
    tally = run_here(files, settings, report, progress)
    progress.close()
    if not report.resumed:  # or a part of the log would stand for all of it
        for hint in tally.hints(report.lines.records):
            say(hint)


def run_in_shares(files: Files, settings: Settings, report: RunReport, progress: Progress) -> Tally:
    """Run the flow in a process for each share of the users; return what the readers noticed."""
    searches, dead_letters = files.searches(bytes), files.dead_letters(progress)
    return run_shares(files.logs, settings, searches, dead_letters, report, progress.move)


def run_in_this_process(files: Files, settings: Settings, report: RunReport, progress: Progress) -> Tally:
    """Run the flow in this process; return what the reader noticed."""
    source = LogInput(files.logs, progress.open, finished=settings.recovery is None)
    searches, dead_letters = files.searches(), files.dead_letters(progress)
    store = None
    # Last: a run that is refused before leaves no directory. One that is refused later, since another run
    # writes to an output, leaves a directory from which the next run begins at the start.
    if settings.recovery is not None:
        recovery = open_recovery(settings, absolute(files.logs), absolute(files.outputs))
        store = recovery.directory
    reader = make_reader(settings)
    flow = search_flow(source, line_reader(reader.read), searches, dead_letters, settings, report)
    run_flow(flow, settings.workers, store, epoch=settings.epoch)
    return reader.tally


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
