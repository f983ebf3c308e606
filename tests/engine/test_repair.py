"""A store that a killed run left behind: what the engine makes of it, and what it makes of it in order."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from counting import counts
from search_sessions.engine.repair import TABLES, set_up_stores
from search_sessions.engine.store import resume_epoch

KILLED_BEFORE_EPOCH_1_IS_ENDED = """
CREATE TRIGGER killed BEFORE INSERT ON progress WHEN NEW.frontier = 2 BEGIN
    SELECT RAISE(ABORT, 'killed');
END
"""
KILLED_BEFORE_OPEN_ROWS_ARE_DELETED = """
CREATE TRIGGER killed BEFORE DELETE ON state WHEN OLD.step_id = 'counts' AND OLD.snapshot IS NOT NULL BEGIN
    SELECT RAISE(IGNORE);
END
"""


@contextmanager
def opened(*paths: Path) -> Iterator[list[sqlite3.Connection]]:
    stores = [sqlite3.connect(path) for path in paths]
    yield stores
    for store in stores:
        store.commit()
        store.close()


def killed(epochs: Sequence[list[str]], folder: Path, trigger: str = "", workers: int = 1) -> None:
    """Run until the flow or the store fails."""
    with opened(folder / "worker0.sqlite3") as [store]:
        store.executescript(trigger)
    with pytest.raises(RuntimeError, match=r"killed|a crash"):
        counts(epochs, folder, workers)
    with opened(folder / "worker0.sqlite3") as [store]:
        store.execute("DROP TRIGGER IF EXISTS killed")


def as_it_is(folder: Path) -> None:
    """Prepare a run with the engine's tables alone."""
    with opened(folder / "worker0.sqlite3") as [store]:
        store.executescript(TABLES)


def in_order(folder: Path) -> None:
    set_up_stores(folder, workers=1)


@pytest.mark.parametrize(("prepare", "count"), [(as_it_is, 2), (in_order, 1)])
def test_the_engine_goes_on_from_rows_of_an_epoch_that_was_not_ended(
    tmp_path: Path, prepare: Callable[[Path], None], count: int
) -> None:
    prepare(tmp_path)
    killed([["a open"], ["a open", "b open"], ["a open"]], tmp_path, KILLED_BEFORE_EPOCH_1_IS_ENDED)
    prepare(tmp_path)
    shorter = [["a open"], ["a open"]]
    killed([*shorter, ["a fail"]], tmp_path)  # it ends epoch 1, before it has come to b
    prepare(tmp_path)
    assert counts([*shorter, ["b open"]], tmp_path) == [["b", count]]


@pytest.mark.parametrize(("prepare", "count"), [(as_it_is, 2), (in_order, 1)])
def test_the_engine_deletes_the_row_that_closes_a_key_before_another_worker_deletes_the_open_one(
    tmp_path: Path, prepare: Callable[[Path], None], count: int
) -> None:
    prepare(tmp_path)
    closed = [["a open"], ["a close"]]
    killed([*closed, ["b fail"]], tmp_path, KILLED_BEFORE_OPEN_ROWS_ARE_DELETED)
    prepare(tmp_path)
    assert counts([*closed, ["a open"]], tmp_path) == [["a", count]]


def as_they_are(folder: Path) -> None:
    """Prepare a run of two workers with what the engine makes itself."""


def both_in_order(folder: Path) -> None:
    set_up_stores(folder, workers=2)


@pytest.mark.parametrize(("prepare", "found"), [(as_they_are, {1, 2}), (both_in_order, {1})])
def test_the_engine_of_two_workers_leaves_rows_of_an_earlier_run_alone_whose_key_is_closed(
    tmp_path: Path, prepare: Callable[[Path], None], found: set[int]
) -> None:
    def all_of(users: str, what: str) -> list[str]:
        return [f"{users}{number} {what}" for number in range(20)]

    later = [all_of("v", "open"), all_of("v", "close")]
    before = [all_of("u", "open")]
    closed = [*before, all_of("u", "close"), *later, *later, ["other open"], ["other open"]]
    prepare(tmp_path)
    killed([*before, ["other fail"]], tmp_path, workers=2)
    prepare(tmp_path)
    killed([*closed, ["other fail"]], tmp_path, workers=2)
    prepare(tmp_path)
    again = counts([*closed, all_of("u", "open")], tmp_path, workers=2)
    assert {count for user, count in again if user != "other"} == found


def test_only_the_last_keys_that_were_closed_are_kept(tmp_path: Path) -> None:
    set_up_stores(tmp_path, workers=1)
    with opened(tmp_path / "worker0.sqlite3") as [store]:
        for epoch in range(10):
            store.execute("INSERT INTO state VALUES ('counts', 'a', ?, NULL)", (epoch,))
            store.execute("DELETE FROM state")
        assert store.execute("SELECT epoch FROM closed").fetchall() == [(8,), (9,)]


def test_a_run_that_only_some_workers_began_is_known_to_all_of_them(tmp_path: Path) -> None:
    set_up_stores(tmp_path, workers=2)
    with opened(*(tmp_path / f"worker{worker}.sqlite3" for worker in range(2))) as stores:
        stores[0].executemany("INSERT INTO execution VALUES (?, 0, 2, ?)", [(0, 0), (1, 3)])
        stores[1].execute("INSERT INTO execution VALUES (0, 1, 2, 0)")
        stores[1].executemany("INSERT INTO progress VALUES (0, ?, ?)", [(0, 3), (1, 4)])
        for store in stores:
            store.commit()
        set_up_stores(tmp_path, workers=2)
        assert stores[1].execute("SELECT * FROM execution WHERE execution = 1").fetchall() == [(1, 1, 2, 3)]
        stores[1].executemany("INSERT INTO progress VALUES (1, ?, ?)", [(0, 5), (1, 4)])
        assert resume_epoch(stores) == 4
