"""What is read of the engine's recovery store is what the engine goes on from."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bytewax.dataflow import Dataflow
from bytewax.recovery import SqliteRecoveryConfig
from bytewax.testing import TestingOutput, run_main

from helpers import ListInput
from search_sessions.engine.store import stored_states

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
