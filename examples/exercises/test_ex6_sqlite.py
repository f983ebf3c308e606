"""Tests exercise 6."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import killed_runs
import pytest
from given import Answer

from search_sessions.events import Search


@pytest.mark.hint(
    "A kill takes back what is not committed; what was committed after the last saved epoch comes again."
)
def test_ex6_kills(answer: Answer, tmp_path: Path) -> None:
    """Every search is in the table once, after two kills."""
    path = answer("ex6_sqlite.py").path
    database, state = tmp_path / "searches.db", tmp_path / "state"
    state.mkdir()
    for run in ("1", "2", "3"):
        command = [sys.executable, killed_runs.__file__, str(path), str(database), str(state), run]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode > 0:
            raise RuntimeError(done.stderr)
        assert (done.returncode == 0) == (run == "3"), f"Run {run} ended with status {done.returncode}."
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT time, query FROM searches").fetchall()
    expected = {(e.time.isoformat(), e.query) for e in killed_runs.EVENTS if isinstance(e, Search)}
    missing = sorted(expected - set(found))
    lost, twice = len(missing), len(found) - len(set(found))
    assert (lost, twice) == (0, 0), (
        f"Of {len(expected)} searches, {lost} are lost, and {twice} rows are there twice. "
        f"The first that is lost: {missing[:1]}. Is it killed away, or taken for the same as another?"
    )
