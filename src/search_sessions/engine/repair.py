"""A recovery store that is put in order before each run.

What a killed run leaves in it is not the state of one moment, and the engine goes on from it all the same:

- Of the epoch that was not ended, rows are left. If the next run ends that epoch sooner, before it comes to
  their keys, they count as its own.
- A key that was closed has a row that says so. The engine deletes this row and the older ones. They lie in
  the databases of several workers, which do not wait for each other: an older row can be left alone, and the
  key is open again. And with several workers, the one that has read a row of an earlier run is often not the
  one that deletes the rows of its key: then nobody deletes it.
- If it was killed while it began, only some of the databases know of it. The engine may panic then.

Pinned by: `test_the_engine_goes_on_from_rows_of_an_epoch_that_was_not_ended` and its neighbors. On an
upgrade: `put_in_order` can go once the engine does not need it.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from operator import itemgetter
from pathlib import Path
from typing import Any

from search_sessions.engine.store import EXECUTIONS, resume_epoch, rows_of

TABLES = """
CREATE TABLE IF NOT EXISTS state (
    step_id TEXT, state_key TEXT, epoch INTEGER, snapshot BLOB, PRIMARY KEY (step_id, state_key, epoch));
CREATE TABLE IF NOT EXISTS progress (
    execution INTEGER, worker_index INTEGER, frontier INTEGER, PRIMARY KEY (execution, worker_index));
CREATE TABLE IF NOT EXISTS execution (
    execution INTEGER, worker_index INTEGER, worker_count INTEGER, resume_epoch INTEGER,
    PRIMARY KEY (execution, worker_index));
CREATE TABLE IF NOT EXISTS open_before (step_id TEXT, state_key TEXT, PRIMARY KEY (step_id, state_key));
CREATE TABLE IF NOT EXISTS closed (was_open_before INTEGER, epoch INTEGER, step_id TEXT, state_key TEXT);
CREATE INDEX IF NOT EXISTS closed_epoch ON closed (was_open_before, epoch);
DROP TRIGGER IF EXISTS note_closed;
"""
"""The tables as the engine makes them, one for the keys that were open before this run, and one for the rows
of closed keys that the engine deletes."""

NOTE_CLOSED = """
DELETE FROM closed;
CREATE TRIGGER note_closed AFTER DELETE ON state WHEN OLD.snapshot IS NULL BEGIN
    DELETE FROM closed WHERE was_open_before = 0 AND epoch < OLD.epoch - 1;
    INSERT INTO closed SELECT
        EXISTS (SELECT * FROM open_before WHERE step_id = OLD.step_id AND state_key = OLD.state_key),
        OLD.epoch, OLD.step_id, OLD.state_key;
END;
"""
"""Keeps a closing row that the engine deletes, until all workers have deleted the older rows of its key: all
have done so for an epoch before any of them does it for the next but one. If the key was open before this
run, the closing row is kept to its end."""

STATES = "SELECT step_id, state_key, epoch, snapshot IS NULL FROM state"
DELETE_STATE = "DELETE FROM state WHERE step_id = ? AND state_key = ? AND epoch = ?"
DELETE_OLDER = "DELETE FROM state WHERE step_id = ? AND state_key = ? AND epoch < ?"


def set_up_stores(directory: Path, workers: int) -> None:
    """Make the databases ready for a run, which must be the only one that uses them.

    They use SQLite's write-ahead log: each of the engine's many small commits takes half as long then.

    Raises:
        sqlite3.Error: one of them cannot be used.

    """
    with ExitStack() as stack:
        paths = [directory / f"worker{worker}.sqlite3" for worker in range(workers)]
        stores = [stack.enter_context(closing(sqlite3.connect(path))) for path in paths]
        for store in stores:
            store.execute("PRAGMA journal_mode=WAL")
            store.executescript(TABLES)
        put_in_order(stores)
        for store in stores:
            store.executescript(NOTE_CLOSED)


def put_in_order(stores: Sequence[sqlite3.Connection]) -> None:
    """Let the databases hold the state at the end of the last epoch that was ended, and nothing else.

    That is one row for each key that is open. If the process is killed here, the next run does it again.
    """
    resumed = resume_epoch(stores)
    begun = max(rows_of(stores, EXECUTIONS), default=None)
    on_all(stores, "DELETE FROM state WHERE epoch >= ?", [(resumed,)])
    on_all(stores, DELETE_OLDER, rows_of(stores, "SELECT step_id, state_key, epoch FROM closed"))
    rows = rows_of(stores, STATES)
    newest = {(step, key): (epoch, closed) for step, key, epoch, closed in sorted(rows, key=itemgetter(2))}
    older = [(step, key, epoch) for step, key, epoch, _ in rows if epoch < newest[step, key][0]]
    on_all(stores, DELETE_STATE, older)
    on_all(stores, DELETE_STATE, [(*key, epoch) for key, (epoch, closed) in newest.items() if closed])
    open_keys = [key for key, (_, closed) in newest.items() if not closed]
    for worker, store in enumerate(stores):
        with store:
            store.execute("DELETE FROM open_before")
            if len(stores) > 1:
                store.executemany("INSERT INTO open_before VALUES (?, ?)", open_keys)
            if begun:
                row = (begun[0], worker, *begun[1:])
                store.execute("INSERT OR IGNORE INTO execution VALUES (?, ?, ?, ?)", row)


def on_all(stores: Sequence[sqlite3.Connection], statement: str, values: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement with each of the values, on one database after the other."""
    for store in stores:
        with store:
            store.executemany(statement, values)
