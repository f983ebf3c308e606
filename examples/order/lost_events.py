"""One small log, three ways: what a session window loses, and that nothing is lost in order of time.

The events of one user arrive out of order, as they do where two services write one log. Each column of the
table is a run. The first two runs hand the engine the events as they arrive: with a wait of zero, then with a
wait of a day. The third puts an `OrderedInput` before the same flow.
"""

from datetime import datetime, timedelta, timezone

from bytewax.dataflow import Dataflow
from bytewax.inputs import PartitionedInput
from bytewax.testing import TestingInput, TestingOutput, run_main
from bytewax.window import SessionWindow

from search_sessions.engine.clock import event_clock
from search_sessions.events import Activity, AppOpen, ClickResult, Event, Results, Search
from search_sessions.pipeline.order import OrderedInput
from search_sessions.pipeline.printing import prepare_printing
from search_sessions.pipeline.records import Batch
from search_sessions.sessions import GAP, UserSession, add_event, user_event


def at(minute: float) -> datetime:
    """Return the time that many minutes after nine."""
    return datetime(2024, 3, 1, 9, tzinfo=timezone.utc) + timedelta(minutes=minute)


ARRIVAL: list[Event] = [
    Search("u", at(1), "dogs"),
    AppOpen("u", at(0)),  # another service logs it later
    Results("u", at(1), ("fido", "rover")),
    ClickResult("u", at(2), "rover"),
    Search("u", at(45), "cats"),
    Activity("u", at(80)),
    ClickResult("u", at(60), "felix"),  # it joins the two events before to one session
]


def sessions(source: PartitionedInput, wait: timedelta) -> list[list[Event]]:
    """Return the sessions that the engine makes of an input of batches."""
    found: list[UserSession] = []
    flow = Dataflow()
    flow.input("events", source)
    flow.flat_map(lambda part_batch: part_batch[1].events)
    flow.map(user_event)
    flow.fold_window("sessions", event_clock(wait), SessionWindow(gap=GAP), list, add_event)
    flow.output("sessions", TestingOutput(found))
    run_main(flow)
    return sorted((events for _, events in found), key=lambda events: events[0].time)


def fate(event: Event, kept: list[list[Event]], wait: timedelta) -> str:
    """Say in which session the event is, or why it is in none."""
    for number, session in enumerate(kept, 1):
        if event in session:
            return f"session {number}"
    before = ARRIVAL[: ARRIVAL.index(event)]
    late = any(event.time <= earlier.time - wait for earlier in before)
    return "LOST: late" if late else "LOST: in a merger"


def row(time: str, event: str, cells: list[str]) -> str:
    """Return a row of the table."""
    return f"{time:7}{event:14}" + "".join(f"{cell:19}" for cell in cells).rstrip()


def main() -> None:
    """Print a row for each event, and a column for each way to run."""
    prepare_printing()
    none, day = timedelta(0), timedelta(days=1)
    as_it_arrives = [("arrival", Batch([event], [])) for event in ARRIVAL]
    in_order = OrderedInput(TestingInput(ARRIVAL), lambda event: [event])
    runs = {
        "wait of zero": (sessions(TestingInput(as_it_arrives), none), none),
        "wait of a day": (sessions(TestingInput(as_it_arrives), day), day),
        "in order of time": (sessions(in_order, day), day),
    }
    print(row("time", "event", list(runs)))
    for event in ARRIVAL:
        cells = [fate(event, kept, wait) for kept, wait in runs.values()]
        print(row(f"{event.time:%H:%M}", type(event).__name__, cells))
    counts = [f"{sum(map(len, kept))} of {len(ARRIVAL)} kept" for kept, _ in runs.values()]
    print(row("", "", counts))


if __name__ == "__main__":
    main()
