"""A run of a flow, on workers that are threads of this process.

`bytewax.run` starts other processes, goes on when one of them fails, and ends with status 0: here, what fails
in any worker ends the run with a status above 0.

Pinned by: `test_an_exception_in_a_step_is_a_panic_and_may_end_with_status_0`. On an upgrade: the engine's own
runner is enough once its status tells.
"""

import os
import re
import signal
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from bytewax.dataflow import Dataflow
from bytewax.recovery import SqliteRecoveryConfig
from bytewax.testing import cluster_main, run_main

from search_sessions.engine.panics import panics_kept
from search_sessions.engine.stop import stop_run

NO_EPOCHS = timedelta(days=365)
"""At the end of an epoch the engine pickles its state, even where nothing keeps it: so none ends."""

STORE_ERROR = re.compile(r'SqliteError \{.* message: "([^"]*)"')
"""What a panic of the engine says of its recovery store."""

STATE_ERROR = "Error deserializing recovery state"
"""What it says of a stored state that cannot be read."""

CAUSE = re.compile("Caused by => (.*)")
"""What it says of an exception."""


def end_quietly_by_signal() -> None:
    """Let Ctrl-C and SIGTERM end the process at once, without a word, with status 130 or 143."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))


def run_flow(
    flow: Dataflow,
    workers: int = 1,
    store: Path | None = None,
    addresses: Sequence[str] = (),
    process: int = 0,
    epoch: timedelta = timedelta(seconds=10),
) -> None:
    """Run the flow to the end of its input; any failure ends the process, with a sentence and status 1.

    `store` is a directory for the engine's state, to be resumed from, which is saved once an `epoch`.
    `addresses` are those of all processes that run the flow together, `process` is which of them this one is,
    from 0 on.
    """
    options: dict[str, Any] = {"epoch_interval": NO_EPOCHS}
    if store is not None:
        options = {"epoch_interval": epoch, "recovery_config": SqliteRecoveryConfig(store)}
    with panics_kept() as printed:
        try:
            if workers == 1 and not addresses:
                run_main(flow, **options)
            else:
                cluster_main(flow, list(addresses), process, worker_count_per_proc=workers, **options)
        except BaseException as error:  # noqa: BLE001 - a panic of the engine is no Exception
            stop_run(account_of_failure(f"{printed()}{error}"))


def account_of_failure(message: str) -> str:
    """Return what to say of a failure: the engine's message, unless its cause needs no more than a sentence.

    >>> print(account_of_failure("Caused by => ValueError: no good"))
    Caused by => ValueError: no good
    The run failed: ValueError: no good.
    >>> print(account_of_failure('Database(SqliteError { code: 13, message: "database or disk is full" })'))
    The run failed: the recovery directory cannot be used: database or disk is full.
    """
    store = STORE_ERROR.search(message)
    if store:
        return f"The run failed: the recovery directory cannot be used: {store[1]}."
    if STATE_ERROR in message:
        return "The run failed: the recovery directory is damaged: name a new one, and a new output."
    causes = CAUSE.findall(message)
    reason = ": " + causes[-1].rstrip(".") if causes else ""
    return f"{message}\nThe run failed{reason}."
