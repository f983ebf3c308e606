"""The dataflow: the steps from events to click-through rates, with what each hands on."""

import gc
import sys
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial

from bytewax.connectors.stdio import StdOutput
from bytewax.dataflow import Dataflow
from bytewax.inputs import Input
from bytewax.outputs import Output
from bytewax.testing import TestingInput
from bytewax.window import EventClockConfig, SessionWindow

from search_sessions.account import Account, batch_events
from search_sessions.metrics import summarize
from search_sessions.order import OrderedInput
from search_sessions.pickles import shorten_pickles
from search_sessions.sample import SAMPLE
from search_sessions.searches import SearchVisit, calc_ctr, split_searches
from search_sessions.sessions import (
    GAP,
    WAIT,
    UserSession,
    add_event,
    event_clock,
    quick_user_event,
    user_event,
)

clock = event_clock(wait=timedelta(seconds=10))
window = SessionWindow(gap=GAP)

# fmt: off
flow = Dataflow()
flow.input("events", TestingInput(SAMPLE))                          # Event
flow.map(user_event)                                                # (user, Event)
flow.fold_window("sessions", clock, window, list, add_event)        # (user, [Event])
flow.flat_map(split_searches)                                       # SearchVisit
flow.map(calc_ctr)                                                  # SearchCTR
flow.output("searches", StdOutput())
# fmt: on


def search_flow(
    source: Input,
    refused: Output,
    searches: Output,
    gap: timedelta,
    clock: EventClockConfig,
    split: Callable[[UserSession], list[SearchVisit]] = split_searches,
) -> Dataflow:
    """Return the flow for real logs: the same steps, between a source and outputs made for them.

    The source hands on its events in batches, and along with them what it refused, which goes to an
    output of its own.
    """
    shorten_pickles()
    window = SessionWindow(gap=gap)
    # fmt: off
    flow = Dataflow()
    flow.input("log", source)                                       # (partition, Batch)
    flow.output("refused", refused)                                 # (partition, Batch)
    flow.flat_map(batch_events)                                     # Event
    flow.map(quick_user_event)                                      # (user, Event)
    flow.fold_window("sessions", clock, window, list, add_event)    # (user, [Event])
    flow.flat_map(split)                                            # SearchVisit
    flow.map(summarize)                                             # (user, SearchSummary)
    flow.output("searches", searches)
    # fmt: on
    return flow


def print_account(account: Account) -> None:
    """Say on standard error what became of the lines of the logs."""
    print(account.sentence(), file=sys.stderr)


def log_flow(
    *logs: str,
    out: str,
    rejects: str | None = None,
    gap: float = GAP / timedelta(minutes=1),
    max_delay: float | None = None,
    click: Collection[str] = ("click", "item_click"),
) -> Dataflow:
    """Return the flow from log files to a file, to be run, and resumed after a crash, by `bytewax.run`.

    `out` gets a line of JSON for each search, `rejects` one for each line refused: without it the first
    few go to standard error. `gap` is in minutes, `max_delay` in seconds, as on the command line.
    """
    # Only logs need these, and what they need in turn: the tutorial runs without.
    from search_sessions.inputs import LogInput  # noqa: PLC0415
    from search_sessions.outputs import FileLines, search_line  # noqa: PLC0415
    from search_sessions.refused import RefusedToStderr, refused_lines  # noqa: PLC0415
    from search_sessions.ubi import read_line  # noqa: PLC0415

    try:
        lines = LogInput(logs)
        searches = FileLines(out, search_line, logs)
        others = [*logs, out]
        refused = RefusedToStderr() if rejects is None else FileLines(rejects, refused_lines, others)
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}.")
    gc.disable()  # events hold no cycles, and the collector would look for them again and again
    delay = None if max_delay is None else timedelta(seconds=max_delay)
    source = OrderedInput(lines, partial(read_line, clicks=click), delay, print_account)
    return search_flow(source, refused, searches, timedelta(minutes=gap), event_clock(WAIT))
