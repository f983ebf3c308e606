"""The bytes of a log: plain or gzip, whole or damaged, from a file or from a pipe.

Python's own `gzip` will not do for a damaged file: with the damage it forgets what came right before it.
"""

import io
import select
import zlib
from collections.abc import Iterator
from typing import Any

GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

BLOCK = 64 * 1024
"""Bytes that are read at a time: packed, they may stand for a thousand times as many."""

GZIP = 31
"""What zlib calls the gzip format."""


class LogStream(io.RawIOBase):
    """The bytes of a log, unpacked, without a byte order mark.

    `problem` says, at the end, why what follows in the file cannot be read, if there is more.
    """

    def __init__(self, raw: io.RawIOBase) -> None:
        self.problem = ""
        self._raw = raw
        self._blocks = log_blocks(raw)
        self._block = memoryview(b"")

    def readable(self) -> bool:
        """Say that this can be read from."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next, as far as it is at hand."""
        try:
            while not self._block:
                self._block = memoryview(next(self._blocks))
        except StopIteration:
            return 0
        except zlib.error as error:
            self.problem = str(error)
            return 0
        size = min(len(buffer), len(self._block))
        buffer[:size] = self._block[:size]
        self._block = self._block[size:]
        return size

    def close(self) -> None:
        """Close the file."""
        self._raw.close()
        super().close()


def log_blocks(raw: io.RawIOBase) -> Iterator[bytes]:
    """Read a log in blocks, unpacked, without a byte order mark."""
    head = read_head(raw, len(GZIP_MAGIC))
    blocks = file_blocks(head, raw)
    return without_mark(unpacked(blocks) if head == GZIP_MAGIC else blocks)


def read_head(raw: io.RawIOBase, size: int) -> bytes:
    """Read so many bytes, though a pipe may hand them on one by one."""
    head = b""
    while len(head) < size and (more := read_more(raw, size - len(head))):
        head += more
    return head


def file_blocks(head: bytes, raw: io.RawIOBase) -> Iterator[bytes]:
    """Return the head of a file, and the rest in blocks."""
    yield head
    while block := read_more(raw, BLOCK):
        yield block


def read_more(raw: io.RawIOBase, size: int) -> bytes:
    """Read what comes next; wait for it, too, at a pipe that another program has set not to wait."""
    while (more := raw.read(size)) is None:
        select.select([raw], [], [])
    return more


def without_mark(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Leave out the byte order mark, if there is one at the start."""
    start = b""
    for block in blocks:
        start += block
        if len(start) >= len(BYTE_ORDER_MARK):
            break
    yield start.removeprefix(BYTE_ORDER_MARK)
    yield from blocks


def unpacked(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack the parts of a gzip file, down to the last byte before any damage.

    Raises:
        zlib.error: the file is damaged, or cut off.

    """
    unpacker = zlib.decompressobj(GZIP)
    for block in blocks:
        packed = block
        while packed:
            if unpacker.eof:  # there may be another part, after zeros that fill up a tape's block
                packed = packed.lstrip(b"\0")
                if not packed:
                    break
                unpacker = zlib.decompressobj(GZIP)
            yield from unpack_block(unpacker, packed)
            packed = unpacker.unused_data
    if not unpacker.eof:
        raise zlib.error("The file is cut off.")


def unpack_block(unpacker: Any, packed: bytes) -> Iterator[bytes]:
    """Unpack a block; if there is damage in it, byte by byte up to there."""
    again = unpacker.copy()
    try:
        yield unpacker.decompress(packed)
    except zlib.error:
        for byte in packed:
            yield again.decompress(bytes([byte]))
