"""The dataflow: the steps from events to click-through rates, with what each hands on."""

from datetime import timedelta
from operator import attrgetter

from bytewax.connectors.stdio import StdOutput
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput
from bytewax.window import EventClockConfig, SessionWindow

from search_sessions.sample import SAMPLE
from search_sessions.searches import calc_ctr, split_searches
from search_sessions.sessions import GAP, add_event, user_event

clock = EventClockConfig(attrgetter("time"), wait_for_system_duration=timedelta(seconds=10))
window = SessionWindow(gap=GAP)

flow = Dataflow()
flow.input("events", TestingInput(SAMPLE))                          # Event
flow.map(user_event)                                                # (user, Event)
flow.fold_window("sessions", clock, window, list, add_event)        # (user, [Event])
flow.flat_map(split_searches)                                       # SearchVisit
flow.map(calc_ctr)                                                  # SearchCTR
flow.output("searches", StdOutput())
