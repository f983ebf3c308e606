"""One log file, line by line, from a place on."""

import io
import zlib
from typing import NamedTuple

from search_sessions.logs.unpack import LogStream
from search_sessions.pipeline.records import CHANGED, Line

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes in the longest line that is read; no record comes near, and memory stays bounded."""

BLOCK = 1024 * 1024
"""Bytes that are held at a time."""


class LogChangedError(Exception):
    """A log is not the one that an earlier run has read; the message is a sentence."""


class Place(NamedTuple):
    """A place after a line: how many bytes into the log, unpacked; the line's number, length and checksum."""

    offset: int = 0
    line: int = 0
    length: int = 0
    checksum: int = 0


class LogFile:
    """Reads the lines of a log from a place on.

    Only if the log is `finished`, a last line without a line break is read, and a damaged rest reported.

    Raises:
        LogChangedError: the line before the place is not there.

    """

    def __init__(self, path: str, raw: io.RawIOBase, place: Place, *, finished: bool) -> None:
        self.left = ""  # why something at its end was left there, if it was
        self._path = path
        self._finished = finished
        self._offset, self._line = place.offset, place.line
        self._last: bytes | None = None  # the line before
        self._place = place
        self._stream = LogStream(raw)
        self._reader = io.BufferedReader(self._stream, BLOCK)
        self._skip_to(place)

    def next(self) -> Line | None:
        """Return the next line, or None at the end."""
        text = self._reader.readline(LONGEST_LINE + 1)
        if len(text) > LONGEST_LINE:
            return self._too_long(text)
        if not (self._finished or text.endswith(b"\n")):
            self.left = self._why_left(text)
            return None
        if not text:
            return self._problem()
        self._line += 1
        self._offset += len(text)
        self._last = text
        return Line(self._path, self._line, text)

    def place(self) -> Place:
        """Return the place after the last line that was read."""
        if self._last is not None:
            checksum = zlib.crc32(self._last)
            self._place = Place(self._offset, self._line, len(self._last), checksum)
            self._last = None
        return self._place

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def _problem(self) -> Line | None:
        """Return, where the log is damaged, the line that says so."""
        if not self._stream.problem:
            return None
        problem = f"The rest of the file cannot be read: {self._stream.problem.rstrip('.')}."
        return Line(self._path, self._line + 1, b"", problem)

    def _why_left(self, text: bytes) -> str:
        """Return what there is to say of a log that may be longer, or mended, when the next run reads it."""
        if self._stream.problem:
            return (
                f"the rest cannot be read ({self._stream.problem.rstrip('.')}), and is left for the next run."
            )
        return "the last line has no line break, and is left for the next run." if text else ""

    def _too_long(self, text: bytes) -> Line | None:
        """Pass over the rest of a line that is too long; return None if it has no end yet."""
        length, rest = len(text), text
        while rest and not rest.endswith(b"\n"):
            rest = self._reader.readline(BLOCK)
            length += len(rest)
        if not (self._finished or rest):
            self.left = self._why_left(text)
            return None
        self._line += 1
        self._offset += length
        self._last = rest
        problem = f"The line has {length:,} bytes; {LONGEST_LINE:,} is the most that is read."
        return Line(self._path, self._line, text[:1000], problem)

    def _skip_to(self, place: Place) -> None:
        """Pass over what was read before, and check that it ends with the same line."""
        size = place.offset - place.length
        while size > 0 and (passed := self._reader.read(min(size, BLOCK))):
            size -= len(passed)
        if zlib.crc32(self._reader.read(place.length)) != place.checksum:
            raise LogChangedError(CHANGED.format(self._path, f"up to line {place.line:,}"))
