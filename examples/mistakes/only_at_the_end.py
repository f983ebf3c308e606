"""Results that come only at the end."""

from bytewax.connectors.stdio import StdOutput
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput, run_main
from sessions_of import is_right

from search_sessions.dataflow import clock, window
from search_sessions.events import AppOpen, Event, Search
from search_sessions.sample import at
from search_sessions.sessions import add_event, user_event
from search_sessions.steps import in_short

events: list[Event] = [Search(1, at(0), "dogs"), Search(2, at(40), "cats"), Search(2, at(45), "fruit")]
if is_right():
    events.insert(1, AppOpen(1, at(35)))

flow = Dataflow()
flow.input("events", TestingInput(events))
flow.inspect(lambda event: print("in: ", in_short(event)))
flow.map(user_event)
flow.fold_window("sessions", clock, window, list, add_event)
flow.filter(lambda session: session[0] == "1")
flow.map(lambda session: f"out: {in_short(session)}")
flow.output("sessions", StdOutput())
run_main(flow)
