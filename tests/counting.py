"""A program that counts each user's events from `open` to `close`, with a recovery store.

    python tests/counting.py STORE EPOCHS WORKERS

EPOCHS is a list, in JSON, of a list of events for each epoch: "ann open", "ann close"; `fail` ends the run.
It prints a pair for each event: the user and the count.

It is a program, since a store must not be opened in the process of its run: see `engine.store`.
"""

import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bytewax.dataflow import Dataflow
from bytewax.recovery import SqliteRecoveryConfig
from bytewax.testing import TestingOutput, cluster_main

from helpers import ListInput, run


def count(before: int, what: str) -> tuple[int | None, int]:
    if what == "fail":
        raise RuntimeError("a crash")
    return None if what == "close" else before + 1, before + 1


def main(store: Path, epochs: Sequence[list[str]], workers: int) -> None:
    out: list[tuple[str, int]] = []
    flow = Dataflow()
    flow.input("events", ListInput(log=epochs))
    flow.flat_map(lambda batch: [tuple(event.split()) for event in batch])
    flow.stateful_map("counts", lambda: 0, count)
    flow.output("out", TestingOutput(out))
    cluster_main(
        flow,
        [],
        0,
        worker_count_per_proc=workers,
        recovery_config=SqliteRecoveryConfig(store),
        epoch_interval=timedelta(0),
    )
    print(json.dumps(out))


def counts(epochs: Sequence[list[str]], store: Path, workers: int = 1) -> list[list[object]]:
    """Run the program; return what it prints, or raise what it says of a failure."""
    done = run(__file__, str(store), json.dumps(epochs), str(workers))
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: list[list[object]] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]), int(sys.argv[3]))
