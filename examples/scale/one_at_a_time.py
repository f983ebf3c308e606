"""The flow without batches: every event by itself through every step, as in most tutorials.

    python examples/scale/one_at_a_time.py LOG > searches.ndjson

At each event, the engine visits every open session. The log must be in order of time.
"""

import sys
from datetime import timedelta
from operator import attrgetter

from bytewax.dataflow import Dataflow
from bytewax.testing import run_main
from bytewax.window import EventClockConfig, SessionWindow

from search_sessions.formats.json_lines import json_lines
from search_sessions.logs.source import LogInput
from search_sessions.logs.stdout import StdoutLines
from search_sessions.metrics.search import summarize_session
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.settings import Settings
from search_sessions.sessions import GAP, add_event, user_event


def main() -> None:
    """Write a line for each search of a log."""
    clock = EventClockConfig(attrgetter("time"), timedelta(minutes=10))
    flow = Dataflow()
    flow.input("log", LogInput([sys.argv[1]]))
    flow.flat_map(line_reader(make_reader(Settings()).read))
    flow.map(user_event)
    flow.fold_window("sessions", clock, SessionWindow(gap=GAP), list, add_event)
    flow.map(lambda user_session: (user_session[0], summarize_session(user_session)))
    flow.output("searches", StdoutLines(json_lines))
    run_main(flow)


if __name__ == "__main__":
    main()
