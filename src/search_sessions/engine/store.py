"""What the engine's recovery store holds of a step: the state from which a run would go on now.

Pinned by: `test_the_store_tells_the_state_from_which_a_run_goes_on`. On an upgrade: read it with what the
engine offers for it; until then its tables are read here, and nowhere else.
"""

import pickle
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

LENGTH_BYTES = 8
"""A snapshot is the length of a pickle in so many bytes, and the pickle."""


def stored_states(directory: Path, step: str) -> dict[str, Any]:
    """Return the state of each key of a step, as a run that is resumed now would find it.

    A run goes on from the first epoch that one of its workers has not stored: what is stored of that epoch
    and of later ones does not count.

    Raises:
        sqlite3.Error: a store cannot be read.

    """
    frontiers: list[int] = []
    rows: list[tuple[str, int, bytes]] = []
    for path in directory.glob("worker*.sqlite3"):
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as store:
            store.execute("BEGIN")  # both answers are of one moment
            frontiers += [row[0] for row in store.execute(FRONTIER)]
            rows += store.execute(STATES, (step,))
    resumed = min(frontiers, default=0)
    return {
        key: pickle.loads(snapshot[LENGTH_BYTES:])  # noqa: S301 - written by this program
        for key, epoch, snapshot in sorted(rows)
        if epoch < resumed
    }


FRONTIER = "SELECT frontier FROM progress ORDER BY execution DESC LIMIT 1"
STATES = "SELECT state_key, epoch, snapshot FROM state WHERE step_id = ? AND snapshot IS NOT NULL"
