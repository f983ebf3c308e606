"""Checks of files before a run begins: that they can be read or written, and are what they were."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from search_sessions.engine.stop import stop_run
from search_sessions.pipeline.records import CHANGED


def why_not_begun(error: OSError) -> str:
    """Return a sentence that says why a run cannot begin: some errors name no file."""
    return f"{error.filename or 'The run cannot begin'}: {error.strerror or error}."


def check_readable(path: str) -> None:
    """Raise the error that opening the path would, without opening it: a pipe opens only once."""
    if not path:
        raise FileNotFoundError(errno.ENOENT, "The name of a log is empty")
    if Path(path).is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    Path(path).stat()
    if not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)


def check_logs(paths: Sequence[str]) -> None:
    """Raise an error unless each of the paths names a log that can be read, and no two the same file."""
    seen: set[tuple[int, int]] = set()
    for path in paths:
        check_readable(path)
        status = Path(path).stat()
        file = (status.st_dev, status.st_ino)
        if file in seen and Path(path).is_file():
            raise FileExistsError(errno.EEXIST, "The log is named twice, and would count twice", path)
        seen.add(file)


def check_sizes(paths: Sequence[str], sizes: Sequence[int]) -> None:
    """End the run if a file that was read whole has another size now: what is new in it would be lost."""
    for path, size in zip(paths, sizes, strict=False):
        if size_of(path) != size:
            stop_run(CHANGED.format(path, "to its end"), status=2)


def size_of(path: str) -> int:
    """Return how many bytes the file has, or -1 if it is not there."""
    try:
        return Path(path).stat().st_size
    except OSError:
        return -1


def refuse_other_uses(path: str, others: Sequence[str], outputs: Sequence[str] = ()) -> None:
    """Raise an error if the path names one of the other files, or goes where another output of lines goes.

    A terminal or a pipe may have several uses, but only one of them as an output: the lines of two would
    break into each other.
    """
    name = Path(path)
    may_share = name.exists() and not name.is_file()
    taken = any(is_same(name, Path(other)) for other in others) and not may_share
    mixed = any(is_same(name, Path(output)) for output in outputs) and not is_same(name, Path(os.devnull))
    if taken or mixed:
        raise FileExistsError(errno.EEXIST, "This run has another use for the file", path)


def is_same(path: Path, other: Path) -> bool:
    """Say whether two paths name one file, pipe or device, which need not be there yet."""
    if path.exists() and other.exists():
        return other.samefile(path)
    return path.resolve() == other.resolve()


def check_writable(path: str) -> None:
    """Raise the error that opening the file would; leave none behind, since the run may yet be refused."""
    name = Path(path)
    if name.is_fifo():  # opened and closed, a pipe would end for whoever reads it
        return
    file = os.path.realpath(path) if name.is_symlink() and not name.exists() else path
    try:
        open(file, "xb").close()
    except FileExistsError:  # it was there, or another run has just made it: it is not for this one to remove
        open(file, "ab").close()
    else:
        Path(file).unlink()


def is_lasting_file(path: str) -> bool:
    """Say whether the path names a file, and names it for other processes and later runs as well.

    `/dev/stdin`, `/dev/fd/3` and links to them do not: in another process they are something else.
    """
    place = Path(path)
    folder = place.parent.resolve()
    if folder in {Path("/dev"), Path("/dev/fd")} or Path("/proc") in folder.parents or not place.is_file():
        return False
    return not place.is_symlink() or is_lasting_file(os.fspath(folder / place.readlink()))
