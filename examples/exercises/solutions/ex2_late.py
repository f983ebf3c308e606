"""Exercise 2: which events are late, and a source that keeps them.

Task: nine events arrive in the order of ARRIVALS. An event is late if it is older than the newest event
before it by more than the delay. 1. Write down which are late if the delay is 5 minutes. 2. Give the source
a delay, in whole minutes, that is just long enough to keep all nine.

Run:    uv run --group test pytest examples/exercises -k ex2
Expect: `2 passed`. Then `uv run python examples/exercises/ex2_late.py` prints what the source hands on.
"""

from datetime import timedelta

from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput, TestingOutput, run_main

from search_sessions.events import Activity
from search_sessions.pipeline.order import OrderedInput
from search_sessions.pipeline.records import Batch
from search_sessions.sample import at

ARRIVALS = [0, 3, 1, 10, 5, 4, 12, 7, 6]  # minutes past nine
EVENTS = [Activity("ann", at(minute)) for minute in ARRIVALS]

# ----- Your part ------------------------------------------------------------------------------------------

LATE: list[int] = [4, 6]  # 1. those of ARRIVALS that are late, if the delay is 5 minutes


def ordered_source() -> OrderedInput:
    """2. Return a source that hands on all nine events, in order of time."""
    return OrderedInput(TestingInput(EVENTS), lambda event: [event], max_delay=timedelta(minutes=6))


# ----- The end of your part -------------------------------------------------------------------------------


def run(source: OrderedInput) -> list[Batch]:
    """Return the batches that a source hands on: events in order of time, and dead letters."""
    found: list[tuple[str, Batch]] = []
    flow = Dataflow()
    flow.input("events", source)
    flow.output("batches", TestingOutput(found))
    run_main(flow)
    return [batch for _, batch in found]


if __name__ == "__main__":
    for batch in run(ordered_source()):
        print([f"{event.time:%H:%M}" for event in batch.events], [late.reason for late in batch.dead_letters])
