"""What the exercises are given: events, a flow and a total; rows; an input and an output of one partition."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bytewax.dataflow import Dataflow
from bytewax.inputs import Input, PartitionedInput, StatefulSource
from bytewax.outputs import PartitionedOutput, StatefulSink
from bytewax.testing import TestingOutput, run_main

from search_sessions.dataflow import clock, window
from search_sessions.events import AppOpen, ClickResult, Event, Search
from search_sessions.metrics.totals import Total
from search_sessions.sample import at
from search_sessions.searches import SearchVisit, split_searches
from search_sessions.sessions import add_event, user_event

Answer = Callable[[str], Any]
"""Runs an answer by the name of its file, and returns its names."""

ROWS = Path(__file__).with_name("searches.csv")

EVENTS: list[Event] = [
    Search("ann", at(50), "dogs"),  # 09:50
    Search("bob", at(62), "cats"),  # 10:02
    ClickResult("bob", at(63), "felix"),
    AppOpen("ann", at(70)),
    Search("ann", at(85), "dogs"),  # 10:25, still in the session that began at 09:50
    ClickResult("ann", at(86), "rover"),
    AppOpen("bob", at(95)),  # this ends the session of bob's search
    AppOpen("ann", at(180)),  # this ends the session of ann's
]


def searches_flow(events: Input) -> Dataflow:
    """Return the tutorial's flow from another input up to its searches."""
    flow = Dataflow()
    flow.input("events", events)
    flow.map(user_event)
    flow.fold_window("sessions", clock, window, list, add_event)
    flow.flat_map(split_searches)
    return flow


def hour(visit: SearchVisit) -> str:
    """Return the hour of a search, such as "2023-05-10 09:00"."""
    return f"{visit.search.time:%Y-%m-%d %H}:00"


def count(total: Total, visit: SearchVisit) -> tuple[Total, Total]:
    """Count a search; return the total to remember and the total to hand on, which are the same."""
    total = Total(total.searches + 1, total.clicked + (1 if visit.clicks else 0))
    return total, total


def last_totals(flow: Dataflow) -> dict[str, Total]:
    """Run a flow that hands on pairs of a key and a total; return the last total of each key."""
    found: list[tuple[str, Total]] = []
    flow.output("totals", TestingOutput(found))
    run_main(flow)
    return dict(sorted(found, key=lambda pair: pair[0]))


class OnePartInput(PartitionedInput):
    """An input of one partition; `build` makes its source from what an earlier run saved, or from None."""

    def __init__(self, build: Callable[[Any], StatefulSource]) -> None:
        self._build = build

    def list_parts(self) -> set[str]:
        """Name the only partition."""
        return {"all"}

    def build_part(self, for_part: str, resume_state: Any) -> StatefulSource:
        """Build the source."""
        return self._build(resume_state)


class OnePartOutput(PartitionedOutput):
    """An output of one partition, built as that of an input is; its sink gets the values of pairs."""

    def __init__(self, build: Callable[[Any], StatefulSink]) -> None:
        self._build = build

    def list_parts(self) -> set[str]:
        """Name the only partition."""
        return {"all"}

    def assign_part(self, item_key: str) -> str:
        """Send every pair to it."""
        return "all"

    def build_part(self, for_part: str, resume_state: Any) -> StatefulSink:
        """Build the sink."""
        return self._build(resume_state)
