"""The flow without batches: every event by itself through every step, as in most tutorials.

    python examples/scale/one_at_a_time.py LOG > searches.ndjson

At each event, the engine visits every open session. The log is sorted in memory first, and its bad lines are
skipped without a word.
"""

from argparse import ArgumentParser, FileType
from datetime import timedelta
from operator import attrgetter

from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput, run_main
from bytewax.window import EventClockConfig, SessionWindow

from search_sessions.events import Event
from search_sessions.formats.json_lines import json_lines
from search_sessions.logs.stdout import StdoutLines
from search_sessions.metrics.search import summarize_session
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.settings import Settings
from search_sessions.sessions import GAP, add_event, user_event


def main() -> None:
    """Write a line for each search of a log."""
    parser = ArgumentParser(description="The searches of a log, one event at a time.")
    parser.add_argument("log", type=FileType("rb"), help="a UBI log, not compressed; - is standard input")
    read = make_reader(Settings()).read
    outcomes = [outcome for line in parser.parse_args().log for outcome in read(line)]
    events = [outcome for outcome in outcomes if isinstance(outcome, Event)]  # the others are no records

    clock = EventClockConfig(attrgetter("time"), timedelta(minutes=10))
    flow = Dataflow()
    flow.input("events", TestingInput(sorted(events, key=attrgetter("time"))))
    flow.map(user_event)
    flow.fold_window("sessions", clock, SessionWindow(gap=GAP), list, add_event)
    flow.map(lambda user_session: (user_session[0], summarize_session(user_session)))
    flow.output("searches", StdoutLines(json_lines))
    run_main(flow)


if __name__ == "__main__":
    main()
