"""A log as an input: files, plain or gzip, read line by line, with the number of each line.

The engine's `FileInput` will not do for logs: it takes the first blank line for the end of the file.
"""

import io
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bytewax.inputs import PartitionedInput, StatefulSource

from search_sessions.engine.stop import say, stop_run
from search_sessions.logs.file_checks import check_logs, check_sizes, size_of
from search_sessions.logs.log_file import LogChangedError, LogFile, Place
from search_sessions.pipeline.records import Line

OpenRaw = Callable[[str], io.RawIOBase]
"""Opens a file to read bytes from it."""


class Position(NamedTuple):
    """Where to go on reading: which file, which place in it, and the sizes of the files before it."""

    file: int = 0
    place: Place = Place()
    sizes: tuple[int, ...] = ()


class LogInput(PartitionedInput):
    """The lines of one or more log files, one file after the other.

    The files are one partition, since a user's events may be spread over all of them. `open_raw` opens a
    file for reading bytes, and is the place to watch the progress from. If the log is not `finished`, a last
    line without a line break is left for a later run, and so is the rest of a last file that is damaged; a
    file that cannot be read any more ends the run.

    Raises:
        OSError: a path names no file that can be read, or the same as another.

    """

    def __init__(self, paths: Sequence[str], open_raw: OpenRaw = io.FileIO, *, finished: bool = True) -> None:
        check_logs(paths)
        self._paths = paths
        self._open_raw = open_raw
        self._finished = finished

    def list_parts(self) -> set[str]:
        """Name the only partition."""
        return {"log"}

    def build_part(self, for_part: str, resume_state: Position | None) -> "LogSource":  # noqa: ARG002
        """Open the partition where an earlier run left it, or at its start."""
        return LogSource(self._paths, self._open_raw, resume_state or Position(), finished=self._finished)


class LogSource(StatefulSource):
    """Reads log files from a position on."""

    def __init__(
        self, paths: Sequence[str], open_raw: OpenRaw, position: Position, *, finished: bool
    ) -> None:
        self._paths = paths
        self._open_raw = open_raw
        self._finished = finished
        self._file, self._place, self._sizes = position
        self._log: LogFile | None = None
        check_sizes(paths, self._sizes)

    def next(self) -> Line:
        """Return the next line, with its line break."""
        while self._file < len(self._paths):
            try:
                line = (self._log or self._open()).next()
            except OSError as error:
                line = self._unreadable(error)
            if line is not None and line.text:
                return line
            if line is None and self._is_last:
                self._say_what_is_left()
                break  # and stay here: a later run goes on with what is appended to the last file
            self._next_file()
            if line is not None:
                return line
        raise StopIteration

    def snapshot(self) -> Position:
        """Return the position after the last line."""
        place = self._place if self._log is None else self._log.place()
        return Position(self._file, place, self._sizes)

    def close(self) -> None:
        """Close the file that is open, if any."""
        if self._log is not None:
            self._place = self._log.place()
            self._log.close()
            self._log = None

    @property
    def _is_last(self) -> bool:
        return self._file + 1 == len(self._paths)

    def _open(self) -> LogFile:
        path = self._paths[self._file]
        finished = self._finished or not self._is_last
        try:
            self._log = LogFile(path, self._open_raw(path), self._place, finished=finished)
        except LogChangedError as error:
            stop_run(str(error), status=2)
        return self._log

    def _unreadable(self, error: OSError) -> Line:
        if not self._finished:  # a later run can read it
            stop_run(f"{self._paths[self._file]}: {error.strerror}.")
        number, problem = self.snapshot().place.line + 1, f"The rest of the file cannot be read: {error}."
        return Line(self._paths[self._file], number, b"", problem)

    def _say_what_is_left(self) -> None:
        if self._log is not None and self._log.left:
            say(f"{self._paths[self._file]}: {self._log.left}")

    def _next_file(self) -> None:
        self.close()
        self._sizes += (size_of(self._paths[self._file]),)
        self._file, self._place = self._file + 1, Place()
