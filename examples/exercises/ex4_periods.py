"""Exercise 4: the searches of each query, then of each hour.

Task: go on from the searches of the flow. 1. Let `per_query` hand on pairs of a query and its total so far:
the operator `stateful_map` remembers a value for each key. 2. `per_hour` counts the searches of each hour in
a window, and loses the one of 09:50. Find out why; repair it. The events, `hour`, `count` are in given.py.

Run:    uv run --group test pytest examples/exercises -k ex4
Expect: `3 passed`. Then `uv run python examples/exercises/ex4_periods.py` prints both totals.
"""

from datetime import timedelta
from operator import attrgetter

from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput
from bytewax.window import EventClockConfig, TumblingWindow
from given import EVENTS, count, hour, last_totals, searches_flow

from search_sessions.metrics.totals import Total
from search_sessions.sample import START

# ----- Your part ------------------------------------------------------------------------------------------


def per_query(flow: Dataflow) -> None:
    """1. Add the steps from a SearchVisit to pairs of its query and the Total of that query."""
    raise NotImplementedError("per_query is not written yet")


def per_hour(flow: Dataflow) -> None:
    """2. Add the steps from a SearchVisit to pairs of its hour and the Total of that hour."""
    clock = EventClockConfig(attrgetter("search.time"), wait_for_system_duration=timedelta(seconds=10))
    hours = TumblingWindow(length=timedelta(hours=1), align_to=START)
    flow.map(lambda visit: ("all", visit))
    flow.fold_window("hours", clock, hours, list, lambda visits, visit: [*visits, visit])
    flow.map(
        lambda pair: (hour(pair[1][0]), Total(len(pair[1]), sum(1 for visit in pair[1] if visit.clicks)))
    )


# ----- The end of your part -------------------------------------------------------------------------------

if __name__ == "__main__":
    for add_steps in (per_query, per_hour):
        flow = searches_flow(TestingInput(EVENTS))
        add_steps(flow)
        print(last_totals(flow))
