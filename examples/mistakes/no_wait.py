"""A wait of zero."""

from datetime import timedelta
from operator import attrgetter

from bytewax.window import EventClockConfig
from sessions_of import is_right, print_sessions

wait = timedelta(seconds=10 if is_right() else 0)
print_sessions(clock=EventClockConfig(attrgetter("time"), wait_for_system_duration=wait))
