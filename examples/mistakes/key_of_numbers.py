"""A key that is no string."""

from sessions_of import is_right, print_sessions

print_sessions(key=lambda event: (str(event.user) if is_right() else event.user, event))
