"""What is read of the engine's recovery store is what the engine goes on from."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bytewax.dataflow import Dataflow
from bytewax.recovery import SqliteRecoveryConfig
from bytewax.testing import TestingOutput, run_main

from helpers import ListInput
from search_sessions.engine.repair import set_up_stores
from search_sessions.engine.store import lost_store, stored_states

ITEMS = list(range(20))


def run_until(stop: int, out: list[Any], store: Path) -> None:
    """Run over the items, an epoch each, and fail at one of them."""

    def fail(item: int) -> int:
        if item == stop:
            raise RuntimeError("a crash")
        return item

    flow = Dataflow()
    flow.input("events", ListInput(log=ITEMS))
    flow.map(fail)
    flow.output("out", TestingOutput(out))
    run_main(flow, recovery_config=SqliteRecoveryConfig(store), epoch_interval=timedelta(0))


def test_the_store_tells_the_state_from_which_a_run_goes_on(tmp_path: Path) -> None:
    assert stored_states(tmp_path, "events") == {}
    out: list[Any] = []
    with pytest.raises(BaseException, match="a crash"):
        run_until(15, out, tmp_path)
    stored = stored_states(tmp_path, "events")["log"]
    assert 0 < stored <= 15
    out.clear()
    run_until(-1, out, tmp_path)
    assert out == ITEMS[stored:]


@pytest.mark.parametrize("left", [None, b""])
@pytest.mark.parametrize("lost", [0, 1])
def test_a_database_is_lost_if_it_is_gone_or_empty_and_another_one_knows_of_a_run(
    tmp_path: Path, lost: int, left: bytes | None
) -> None:
    paths = [tmp_path / f"worker{worker}.sqlite3" for worker in range(2)]
    set_up_stores(tmp_path, workers=2)
    assert lost_store(tmp_path, workers=2) is None
    with closing(sqlite3.connect(paths[1 - lost])) as store, store:
        store.execute("INSERT INTO execution VALUES (0, 0, 2, 0)")
    assert lost_store(tmp_path, workers=2) is None
    paths[lost].unlink()
    if left is not None:
        paths[lost].write_bytes(left)
    assert lost_store(tmp_path, workers=2) == paths[lost]


def test_no_database_is_lost_of_a_set_up_that_was_killed(tmp_path: Path) -> None:
    assert lost_store(tmp_path, workers=2) is None
    set_up_stores(tmp_path, workers=1)
    assert lost_store(tmp_path, workers=2) is None
    (tmp_path / "worker1.sqlite3").touch()
    assert lost_store(tmp_path, workers=2) is None
