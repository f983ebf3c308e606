"""The tutorial's flow again, with any gap, and with a look at what each step hands on.

`inspect` is a step that looks at each item and hands it on as it is.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bytewax.connectors.stdio import StdOutput
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput
from bytewax.window import SessionWindow

from search_sessions.dataflow import clock
from search_sessions.sample import SAMPLE
from search_sessions.searches import SearchVisit, calc_ctr, split_searches
from search_sessions.sessions import add_event, user_event


def tutorial_flow(gap: timedelta, show: Callable[[str, Any], None]) -> Dataflow:
    """Return the flow of the tutorial; `show` gets the name of each step and each item that it hands on."""

    def shown(step: str) -> Callable[[Any], None]:
        return lambda item: show(step, item)

    flow = Dataflow()
    flow.input("events", TestingInput(SAMPLE))
    flow.inspect(shown("input"))
    flow.map(user_event)
    flow.inspect(shown("user_event"))
    flow.fold_window("sessions", clock, SessionWindow(gap=gap), list, add_event)
    flow.inspect(shown("fold_window"))
    flow.flat_map(split_searches)
    flow.inspect(shown("split_searches"))
    flow.map(calc_ctr)
    flow.output("searches", StdOutput())
    return flow


def pass_over(step: str, item: Any) -> None:
    """Show nothing."""


def print_step(step: str, item: Any) -> None:
    """Print the step and, in short, the item that it hands on."""
    print(f"{step:<15} {in_short(item)}")


def in_short(value: Any) -> str:
    """Return a value of the flow in short: an event by its kind, its clock time and what it is about.

    >>> in_short(("1", SAMPLE[1:3]))
    "('1', [Search 09:01 'dogs', Results 09:01])"
    """
    match value:
        case str():
            return repr(value)
        case list():
            return f"[{', '.join(map(in_short, value))}]"
        case tuple():
            return f"({', '.join(map(in_short, value))})"
        case SearchVisit():
            return f"SearchVisit({in_short(value.search)}, clicks={in_short(value.clicks)})"
    about = getattr(value, "query", None) or getattr(value, "item", None)
    time: datetime = value.time
    return f"{type(value).__name__} {time:%H:%M}" + (f" {about!r}" if about else "")
