"""What the mistakes have in common: the tutorial's flow, with one of its parts exchanged."""

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput, TestingOutput, run_main
from bytewax.window import EventClockConfig

from search_sessions import dataflow
from search_sessions.events import Event
from search_sessions.pipeline.counts import counted
from search_sessions.sample import SAMPLE
from search_sessions.sessions import add_event, user_event

EVERY_ITEM = timedelta(0)

parser = ArgumentParser(description="A common mistake, and its cure.")
parser.add_argument("way", choices=("wrong", "right"), help="`wrong` shows the mistake, `right` the cure")
WAY: str = parser.parse_args().way


def is_right() -> bool:
    """Say which way the program is run: `right` or `wrong`."""
    return WAY == "right"


def print_sessions(
    events: Sequence[Event] = SAMPLE,
    key: Callable[[Event], tuple[Any, Event]] = user_event,
    clock: EventClockConfig = dataflow.clock,
    builder: Callable[[], Any] = list,
    folder: Callable[[Any, Event], Any] = add_event,
) -> None:
    """Print the sessions that the flow makes. An epoch ends after each event, so the state is saved then."""
    found: list[Any] = []
    flow = Dataflow()
    flow.input("events", TestingInput(events))
    flow.map(key)
    flow.fold_window("sessions", clock, dataflow.window, builder, folder)
    flow.output("sessions", TestingOutput(found))
    run_main(flow, epoch_interval=EVERY_ITEM)
    print(*sorted(map(in_words, found)), sep="\n")


def in_words(user_session: tuple[str, Any]) -> str:
    """Return a session in words: how many events it has, or what was folded of them."""
    user, session = user_session
    return f"user {user}: {counted(len(session), 'event') if isinstance(session, list) else dict(session)}"
