"""Runs the sink of exercise 6 three times, on one recovery directory. The first two runs are killed.

The first is killed in the middle of an epoch, the second at the end of one: after `snapshot`, before the
engine has saved what it returned. Usage: `killed_runs.py ANSWER DATABASE DIRECTORY RUN`, the RUN from 1 to 3.
"""

import os
import runpy
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from bytewax.inputs import StatefulSource
from bytewax.outputs import StatefulSink
from bytewax.recovery import SqliteRecoveryConfig
from bytewax.testing import run_main
from given import OnePartInput, OnePartOutput, searches_flow

from search_sessions.events import ClickResult, Event, Search
from search_sessions.sample import at

EVENTS: list[Event] = [
    event
    for hour in range(9)
    for event in (
        Search("ann", at(60 * hour), "dogs"),
        ClickResult("ann", at(60 * hour + 1), "rover"),
        Search("ann", at(60 * hour + 2), "cats"),
    )
]
WAIT_AT = {1: 9, 2: 18}  # after so many events, wait for the end of the epoch
KILL_AT = {1: 15, 2: 18}  # after so many, at the latest, be killed
POLLS = 5  # until then, all that was handed on has reached the sink


def kill() -> None:
    """End this process at once, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


class KilledSource(StatefulSource):
    """Hands on the events until it is killed."""

    def __init__(self, run: int, position: int) -> None:
        self._position = position
        self._wait_at = WAIT_AT.get(run)
        self._kill_at = KILL_AT.get(run)
        self._polls = 0

    def next(self) -> Event | None:
        """Return the next event, or None while there is something to wait for."""
        if self._position == self._wait_at:
            return None
        if self._position == self._kill_at:
            self._polls += 1
            if self._polls > POLLS:
                kill()
            return None
        if self._position == len(EVENTS):
            raise StopIteration
        self._position += 1
        return EVENTS[self._position - 1]

    def snapshot(self) -> int:
        """Return how many events were handed on; an epoch ends."""
        if self._position == self._wait_at:
            self._wait_at = None
        return self._position


def sink_of(answer: str, database: str, run: int, resume_state: Any) -> StatefulSink:
    """Return the sink of the answer; in run 2, its first snapshot is its last."""
    sink: StatefulSink = runpy.run_path(answer)["SqliteSink"](database, resume_state)
    if run == 2:
        take_snapshot = sink.snapshot

        def last_snapshot() -> None:
            take_snapshot()
            kill()

        sink.snapshot = last_snapshot  # type: ignore[method-assign]
    return sink


def main() -> None:
    """Run the flow once."""
    answer, database, directory, run = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    flow = searches_flow(OnePartInput(lambda resume_state: KilledSource(run, resume_state or 0)))
    flow.map(lambda visit: (visit.user, visit))
    flow.output("searches", OnePartOutput(lambda resume_state: sink_of(answer, database, run, resume_state)))
    run_main(flow, epoch_interval=timedelta(seconds=0.2), recovery_config=SqliteRecoveryConfig(directory))


if __name__ == "__main__":
    main()
