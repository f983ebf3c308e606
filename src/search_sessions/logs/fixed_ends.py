"""Logs up to the sizes that they had when the run began: all who read them see the same, though they grow."""

from collections.abc import Callable, Mapping

from search_sessions.logs.progress import WatchedFile


class FixedEnds:
    """Opens logs, each to be read up to the size given; `read` is how many bytes of them were read.

    The sizes are those of the files as they are stored: packed, if they are.
    """

    def __init__(self, sizes: Mapping[str, int], tell_read: Callable[[int], object]) -> None:
        self.read = 0
        self._sizes = sizes
        self._tell_read = tell_read

    def open(self, path: str) -> "FileUpTo":
        """Open a log."""
        return FileUpTo(path, self._sizes[path], self._count)

    def _count(self, size: int) -> None:
        self.read += size
        self._tell_read(size)


class FileUpTo(WatchedFile):
    """A watched file that ends at a size, though it may be longer by now."""

    def __init__(self, path: str, size: int, tell_read: Callable[[int], object]) -> None:
        super().__init__(path, tell_read)
        self._left = size

    def read(self, size: int | None = -1, /) -> bytes | None:  # type: ignore[override] # as there
        """Read, but not beyond the end."""
        block = super().read(self._left if size is None or size < 0 else min(size, self._left))
        self._left -= len(block or b"")
        return block
