"""Exercise 4: the searches of each query, then of each hour.

Task: go on from the searches of the flow. 1. Let `per_query` hand on pairs of a query and its total so far:
the operator `stateful_map` remembers a value for each key. 2. `per_hour` counts the searches of each hour in
a window, and loses the one of 09:50. Find out why; repair it. The events, `hour`, `count` are in given.py.

Run:    uv run --group test pytest examples/exercises -k ex4
Expect: `3 passed`. Then `uv run python examples/exercises/ex4_periods.py` prints both totals.
"""

from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput
from given import EVENTS, count, hour, last_totals, searches_flow

from search_sessions.metrics.totals import Total

# ----- Your part ------------------------------------------------------------------------------------------


def per_query(flow: Dataflow) -> None:
    """1. Add the steps from a SearchVisit to pairs of its query and the Total of that query."""
    flow.map(lambda visit: (visit.search.query, visit))
    flow.stateful_map("queries", Total, count)


def per_hour(flow: Dataflow) -> None:
    """2. Add the steps from a SearchVisit to pairs of its hour and the Total of that hour."""
    flow.map(lambda visit: (hour(visit), visit))
    flow.stateful_map("hours", Total, count)


# ----- The end of your part -------------------------------------------------------------------------------

if __name__ == "__main__":
    for add_steps in (per_query, per_hour):
        flow = searches_flow(TestingInput(EVENTS))
        add_steps(flow)
        print(last_totals(flow))
