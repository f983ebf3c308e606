"""The files of a run: what it reads and writes, and whether that goes together."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bytewax.outputs import Output

from search_sessions.formats.json_lines import json_lines
from search_sessions.logs.dead_letters import FirstDeadLetters, dead_letter_lines
from search_sessions.logs.file_checks import check_logs, is_lasting_file
from search_sessions.logs.progress import STDIN, Progress
from search_sessions.logs.sinks import FileLines, ToLines
from search_sessions.logs.stdout import StdoutLines
from search_sessions.pipeline.settings import Settings

STDIN_NAMES = {STDIN, "/dev/fd/0", "/proc/self/fd/0"}
STDOUT = "/dev/stdout"


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
        """Raise an error unless the logs can be read, and all else can be done that the settings ask for."""
        if sys.stdin is None and not STDIN_NAMES.isdisjoint(self.logs):
            raise UseError("Standard input is closed.")
        check_logs(self.logs)
        if settings.processes > 1:
            self._check_processes(settings)
        if settings.recovery is not None:
            self._check_recovery(Path(settings.recovery).resolve())

    def _check_recovery(self, directory: Path) -> None:
        if self.out is None:
            raise UseError("--recovery needs --out FILE: what went to standard output cannot be taken back.")
        for log in self.logs:
            if not is_lasting_file(log):
                raise UseError(f"--recovery needs files: {log} cannot be read a second time.")
        for output in self.outputs:
            if Path(output).exists() and not is_lasting_file(output):
                raise UseError(f"--recovery needs files: what went to {output} cannot be taken back.")
        for name in [*self.logs, *self.outputs]:
            if Path(name).resolve().is_relative_to(directory):
                raise UseError(f"{name} lies in the recovery directory: name a file elsewhere.")

    @property
    def outputs(self) -> list[str]:
        """Return the files that are written."""
        return [name for name in (self.out, self.rejects) if name is not None]

    def _check_processes(self, settings: Settings) -> None:
        if settings.recovery is not None or settings.workers > 1 or settings.max_delay is not None:
            raise UseError("--processes does not go with --recovery, --workers or --max-delay.")
        for log in self.logs:
            if not is_lasting_file(log):
                raise UseError(f"--processes needs files: {log} cannot be read by each of them.")

    def searches(self, to_lines: ToLines = json_lines) -> Output:
        """Return the sink of searches."""
        if self.out is None:
            return StdoutLines(to_lines, self.logs)
        return FileLines(self.out, to_lines, self.logs)

    def dead_letters(self, progress: Progress) -> Output:
        """Return the sink of dead letters."""
        if self.rejects is None:
            return FirstDeadLetters(progress.say)
        return FileLines(self.rejects, dead_letter_lines, self.logs, [self.out or STDOUT])
