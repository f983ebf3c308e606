"""A time without a time zone."""

from datetime import datetime, timezone

from sessions_of import is_right, print_sessions

from search_sessions.events import AppOpen

time = datetime.fromisoformat("2024-03-01T12:00:00")
if is_right():
    time = time.replace(tzinfo=timezone.utc)
print_sessions([AppOpen(user=1, time=time)])
