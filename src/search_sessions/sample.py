"""The events of the tutorial run: every idea of the tutorial once, in order of time."""

from datetime import datetime, timedelta, timezone

from search_sessions.events import AppOpen, ClickResult, Event, Results, Search

START = datetime(2023, 5, 10, 9, 0, tzinfo=timezone.utc)


def at(minutes: float) -> datetime:
    """Return the time that many minutes after the start of the sample."""
    return START + timedelta(minutes=minutes)


SAMPLE: list[Event] = [
    AppOpen(user=1, time=at(0)),
    Search(user=1, time=at(1), query="dogs"),
    Results(user=1, time=at(1), items=("fido", "rover", "buddy")),
    ClickResult(user=1, time=at(2), item="rover"),
    # User 2 searches twice in one session. Two clicks still make one clicked search.
    AppOpen(user=2, time=at(3)),
    Search(user=2, time=at(4), query="cats"),
    Results(user=2, time=at(4), items=("felix", "tom", "kitty")),
    ClickResult(user=2, time=at(5), item="felix"),
    ClickResult(user=2, time=at(6), item="kitty"),
    Search(user=2, time=at(18), query="fruit"),
    Results(user=2, time=at(18), items=("apple", "pear")),
    # User 1 is back after more than the gap: a new session, without a search.
    AppOpen(user=1, time=at(45)),
]
