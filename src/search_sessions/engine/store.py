"""What the engine's recovery store holds: a database for each worker, in a directory.

While the engine uses a store, only another process may open it. The engine brings its own copy of SQLite, and
SQLite's locks do not hold between two copies in one process (sqlite.org/howtocorrupt.html, 2.2.1): the store
is damaged then, or the process ends with a bus error.

Pinned by: `test_the_store_tells_the_state_from_which_a_run_goes_on`. On an upgrade: read it with what the
engine offers for it; until then its tables are read here and in `engine.repair`, and nowhere else.
"""

import pickle
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

LENGTH_BYTES = 8
"""A snapshot is the length of a pickle in so many bytes, and the pickle."""

EXECUTIONS = "SELECT execution, worker_count, resume_epoch FROM execution"
FRONTIERS = "SELECT worker_index, frontier FROM progress WHERE execution = ?"
STATES = "SELECT state_key, epoch, snapshot FROM state WHERE step_id = ? AND snapshot IS NOT NULL"


def stored_states(directory: Path, step: str) -> dict[str, Any]:
    """Return the state of each key of a step, as a run that is resumed now would find it.

    What is stored of the epoch that such a run begins with, and of later ones, does not count. The step must
    be one whose keys are never closed, as an input's are not.

    Raises:
        sqlite3.Error: a store cannot be read.

    """
    with ExitStack() as stack:
        stores = [stack.enter_context(reading(path)) for path in directory.glob("worker*.sqlite3")]
        resumed = resume_epoch(stores)
        return {
            key: pickle.loads(snapshot[LENGTH_BYTES:])  # noqa: S301 - written by this program
            for key, epoch, snapshot in sorted(rows_of(stores, STATES, step))
            if epoch < resumed
        }


def lost_store(directory: Path, workers: int) -> Path | None:
    """Return a database that is gone or empty though another one knows of a run; None if there is none.

    All of them are made before a run begins: where none knows of a run, the set-up may have been killed.

    Raises:
        sqlite3.Error: one of them cannot be read.

    """
    paths = [directory / f"worker{worker}.sqlite3" for worker in range(workers)]
    runs = {path: known_runs(path) for path in paths}
    lost = [path for path in paths if runs[path] is None]
    return lost[0] if lost and any(runs.values()) else None


def known_runs(path: Path) -> int | None:
    """Return how many runs a database knows of; None if it is not there or has no tables."""
    if not path.exists():
        return None
    with reading(path) as store:
        if not rows_of([store], "SELECT name FROM sqlite_master WHERE name = 'execution'"):
            return None
        return len(rows_of([store], EXECUTIONS))


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database to read it as it is at one moment."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as store:
        store.execute("BEGIN")
        yield store


def resume_epoch(stores: Sequence[sqlite3.Connection]) -> int:
    """Return the epoch that a run begins with now: the first one that some worker has not ended."""
    last = max(rows_of(stores, EXECUTIONS), default=None)
    if last is None:
        return 0
    execution, workers, begun = last
    frontiers: dict[int, int] = dict.fromkeys(range(workers), begun)
    frontiers.update(rows_of(stores, FRONTIERS, execution))
    return min(frontiers.values())


def rows_of(stores: Sequence[sqlite3.Connection], query: str, *values: Any) -> list[Any]:
    """Return the rows that all databases answer to a query."""
    return [row for store in stores for row in store.execute(query, values)]
