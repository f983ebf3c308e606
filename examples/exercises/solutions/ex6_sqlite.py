"""Exercise 6: a sink of your own, that writes each search to SQLite once, even if the run is killed.

Task: the engine calls `snapshot` at the end of each epoch, and then saves what it returns. After a kill, it
starts again at the last epoch that it saved: the new sink gets the saved value as `resume_state`, and what
came after it is handed on again. Change the sink so that no search is lost and none is there twice.

Run:    uv run --group test pytest examples/exercises -k ex6
Expect: `1 passed`. The test kills a run in the middle of an epoch, and one between a snapshot and its saving.
"""

import sqlite3

from bytewax.outputs import StatefulSink

from search_sessions.searches import SearchVisit, ctr

# ----- Your part ------------------------------------------------------------------------------------------

COLUMNS = "user TEXT, time TEXT, query TEXT, ctr REAL, PRIMARY KEY (user, time, query)"
INSERT = "INSERT OR IGNORE INTO searches VALUES (?, ?, ?, ?)"


class SqliteSink(StatefulSink):
    """Writes searches into the table `searches` of a database."""

    def __init__(self, path: str, resume_state: int | None) -> None:
        self._database = sqlite3.connect(path)
        self._database.execute(f"CREATE TABLE IF NOT EXISTS searches ({COLUMNS})")

    def write(self, visit: SearchVisit) -> None:
        """Write a search: the engine hands on each by itself."""
        search = visit.search
        self._database.execute(INSERT, (visit.user, search.time.isoformat(), search.query, ctr(visit)))

    def snapshot(self) -> int | None:
        """Return what a new sink needs to go on from here."""
        self._database.commit()
        return None

    def close(self) -> None:
        """End well: the input has ended."""
        self._database.commit()
        self._database.close()
