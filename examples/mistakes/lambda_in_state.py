"""A lambda where recovery needs a name."""

from collections import Counter, defaultdict

from sessions_of import is_right, print_sessions

from search_sessions.events import Event

Counts = dict[str, int]


def count(counts: Counts, event: Event) -> Counts:
    """Count the event by its kind."""
    counts[type(event).__name__] += 1
    return counts


def new_counts() -> Counts:
    """Return counts that begin at zero."""
    return Counter() if is_right() else defaultdict(lambda: 0)


print_sessions(builder=new_counts, folder=count)
