"""Short pickles of events.

The engine pickles events where they go from one process to another, and what sessions hold at the end of each
epoch. A dataclass with a time in it takes five look-ups of a name for that, and three times as long as this.

Pinned by: `test_the_engine_pickles_what_an_epoch_touched`. On an upgrade: it stays as long as the engine
pickles sessions. What is in these pickles is part of the state of a run: see `pipeline.state`.
"""

import copyreg
from datetime import datetime, timedelta, timezone
from operator import attrgetter
from typing import Any, get_args

from search_sessions.events import Event

KINDS: dict[str, Any] = {kind.__name__: kind for kind in get_args(Event)}
FIELDS = {name: attrgetter(*kind.__slots__) for name, kind in KINDS.items()}
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)


def shorten_pickles() -> None:
    """Let `pickle` store events as their kind, their time in microseconds, and their other fields."""
    for kind in KINDS.values():
        copyreg.pickle(kind, _parts)


def _parts(event: Any) -> tuple[Any, ...]:
    kind = type(event).__name__
    user, time, *others = FIELDS[kind](event)
    return _event, (kind, user, (time - EPOCH) // MICROSECOND, *others)


def _event(kind: str, user: Any, microseconds: int, *others: Any) -> Any:
    return KINDS[kind](user, EPOCH + timedelta(0, 0, microseconds), *others)
