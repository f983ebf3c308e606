"""A builder that gives every session the same list."""

from sessions_of import is_right, print_sessions

from search_sessions.events import Event

EMPTY: list[Event] = []

print_sessions(builder=list if is_right() else lambda: EMPTY)
