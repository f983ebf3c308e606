"""A log as an input: files, plain or gzip, read line by line, with the number of each line.

The engine's `FileInput` will not do for logs: it takes the first blank line for the end of the file.
"""

import errno
import gzip
import io
import os
import zlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bytewax.inputs import PartitionedInput, StatefulSource

from search_sessions.pipeline.records import Line

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes in the longest line that is read; no record comes near, and memory stays bounded."""

BLOCK = 1024 * 1024
"""Bytes that are read at a time."""

GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Position(NamedTuple):
    """Where to go on reading: which file, how many bytes into it (as decompressed), and after which line."""

    file: int = 0
    offset: int = 0
    line: int = 0


class LogInput(PartitionedInput):
    """The lines of one or more log files, one file after the other.

    The files are one partition, since a user's events may be spread over all of them. `open_raw` opens a
    file for reading bytes, and is the place to watch the progress from.

    Raises:
        OSError: a path names no file that can be read.

    """

    def __init__(self, paths: Sequence[str], open_raw: Callable[[str], io.RawIOBase] = io.FileIO) -> None:
        for path in paths:
            _check_readable(path)
        self._paths = paths
        self._open_raw = open_raw

    def list_parts(self) -> set[str]:
        """Name the only partition."""
        return {"log"}

    def build_part(self, for_part: str, resume_state: Position | None) -> "LogSource":  # noqa: ARG002
        """Open the partition where an earlier run left it, or at its start."""
        return LogSource(self._paths, self._open_raw, resume_state or Position())


class LogSource(StatefulSource):
    """Reads log files from a position on."""

    def __init__(
        self, paths: Sequence[str], open_raw: Callable[[str], io.RawIOBase], position: Position
    ) -> None:
        self._paths = paths
        self._open_raw = open_raw
        self._file, self._offset, self._line = position
        self._log: io.BufferedReader | None = None
        self._files = ExitStack()  # the log, and the file that it is packed in

    def next(self) -> Line:
        """Return the next line, with its line break."""
        while self._file < len(self._paths):
            try:
                if self._log is None:
                    self._log = self._open()
                line = self._read_line(self._log)
            except (OSError, EOFError, zlib.error) as error:  # the last two: a damaged gzip file
                problem = f"The rest of the file cannot be read: {error}."
                line = Line(self._paths[self._file], self._line + 1, b"", problem)
                self._next_file()
            if line is not None:
                return line
            if self._file + 1 == len(self._paths):
                break  # and stay here: a later run goes on with what is appended to the last file
            self._next_file()
        raise StopIteration

    def snapshot(self) -> Position:
        """Return the position after the last line."""
        return Position(self._file, self._offset, self._line)

    def close(self) -> None:
        """Close the file that is open, if any."""
        self._log = None
        self._files.close()

    def _open(self) -> io.BufferedReader:
        raw = self._open_raw(self._paths[self._file])
        log: io.BufferedReader = self._files.enter_context(io.BufferedReader(raw, BLOCK))
        if log.peek(2).startswith(GZIP_MAGIC):
            packed = self._files.enter_context(gzip.GzipFile(fileobj=log))
            log = self._files.enter_context(io.BufferedReader(packed, BLOCK))
        if self._offset:
            log.seek(self._offset)
        elif log.peek(3).startswith(BYTE_ORDER_MARK):
            self._offset = len(log.read(3))
        return log

    def _read_line(self, log: io.BufferedReader) -> Line | None:
        """Return the next line of the file, or None at its end."""
        text = log.readline(LONGEST_LINE + 1)
        if not text:
            return None
        self._line += 1
        self._offset += len(text)
        path = self._paths[self._file]
        if len(text) <= LONGEST_LINE:
            return Line(path, self._line, text)
        length, rest = len(text), text
        while rest and not rest.endswith(b"\n"):
            rest = log.readline(BLOCK)
            length += len(rest)
        self._offset += length - len(text)
        problem = f"The line has {length:,} bytes; {LONGEST_LINE:,} is the most that is read."
        return Line(path, self._line, text[:1000], problem)

    def _next_file(self) -> None:
        self.close()
        self._file, self._offset, self._line = self._file + 1, 0, 0


def _check_readable(path: str) -> None:
    """Raise the error that opening the path would, without opening it: a pipe opens only once."""
    if Path(path).is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    Path(path).stat()
    if not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
