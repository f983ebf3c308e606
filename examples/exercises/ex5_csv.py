"""Exercise 5: a source of your own, that reads CSV, and a bad row that is reported instead of lost.

Task: a row of searches.csv is `user,time,kind,text`. The text of a `search` is its query, that of a `click`
its item. 1. Hand on a row at a time, and remember how many were read. 2. Turn a row into an outcome: a Search
or a ClickResult, its time in UTC; or a RecordError that quotes the time, the kind or the row that is wrong.

Run:    uv run --group test pytest examples/exercises -k ex5
Expect: `3 passed`. Then `uv run python examples/exercises/ex5_csv.py` prints two rates and a dead letter.
"""

import csv
from datetime import datetime, timezone
from pathlib import Path

from bytewax.inputs import StatefulSource
from given import ROWS, OnePartInput

from search_sessions.events import ClickResult, Search
from search_sessions.formats.outcomes import Outcome, RecordError
from search_sessions.pipeline.collect import collect


class CsvSource(StatefulSource):
    """Reads the rows of a file, from the start or after those that an earlier run has read."""

    def __init__(self, path: Path, resume_state: int | None) -> None:
        self._rows = csv.reader(path.read_text(encoding="utf-8").splitlines(keepends=True))
        self._count = 0
        for _ in range(resume_state or 0):
            self.next()

    # ----- Your part --------------------------------------------------------------------------------------
    def next(self) -> list[str]:
        """1. Return the next row; raise StopIteration after the last."""
        raise NotImplementedError("CsvSource.next is not written yet")

    def snapshot(self) -> int:
        """1. Return how many rows were read."""
        raise NotImplementedError("CsvSource.snapshot is not written yet")


def read_row(row: list[str]) -> list[Outcome]:
    """2. Return the outcome of a row, in a list."""
    raise NotImplementedError("read_row is not written yet")


if __name__ == "__main__":
    found = collect(OnePartInput(lambda state: CsvSource(ROWS, state)), read_row)
    print(*[(search.query, search.ctr) for search in found.searches], found.dead_letters)
