"""Exercise 3: a click-through rate above 1.

Task: `click_through_rate` divides clicks by searches. For the three searches below that is 4 / 3 = 1.333,
and no share can be above 1. Repair it: a search counts once, however often it was clicked. Where there is
no search there is no rate: return None.

Run:    uv run --group test pytest examples/exercises -k ex3
Expect: `2 passed`. Then `uv run python examples/exercises/ex3_rate.py` prints 0.6666666666666666.
"""

from search_sessions.events import ClickResult, Event
from search_sessions.sample import SAMPLE, at
from search_sessions.searches import SearchVisit, ctr, split_searches

CATS: list[Event] = [*SAMPLE[4:9], ClickResult(user=2, time=at(7), item="tom"), *SAMPLE[9:11]]

# ----- Your part ------------------------------------------------------------------------------------------


def click_through_rate(visits: list[SearchVisit]) -> float | None:
    """Return the rate of many searches."""
    if not visits:
        return None
    return sum(ctr(visit) for visit in visits) / len(visits)


# ----- The end of your part -------------------------------------------------------------------------------


def visits() -> list[SearchVisit]:
    """Return three searches: dogs with one click, cats with three, fruit with none."""
    return split_searches(("1", SAMPLE[:4])) + split_searches(("2", CATS))


if __name__ == "__main__":
    print(click_through_rate(visits()))
