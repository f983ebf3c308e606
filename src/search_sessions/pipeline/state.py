"""What a run remembers, and so can be resumed from: the state of its sources.

Besides it, the engine's recovery store holds the open sessions, as pickled events (`engine.pickles`) with
times moved by the shift of the clock (`engine.clock`), and how far each output was written. The state names
the classes of this package and the shapes that they have now: it belongs to one version of the package, and
another version must not resume it.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.lag import LagState
from search_sessions.pipeline.records import LineMark


class Span(NamedTuple):
    """Items that were read, and the time beyond which an event among them was from the future."""

    items: int
    horizon: datetime


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans with neighbors of one horizon made one."""
    return [
        Span(sum(span.items for span in neighbors), horizon)
        for horizon, neighbors in groupby(spans, lambda span: span.horizon)
    ]


class Chunk(NamedTuple):
    """Items read in one go: what was so before them, and the newest time of all events up to their end."""

    position: Any
    newest_before: datetime
    span: Span
    newest: datetime


class OrderedState(NamedTuple):
    """What an ordered source remembers: where to read again, and what it need not hand on again."""

    position: Any  # of the wrapped source, before the first item whose events may be held back
    spans: tuple[Span, ...]  # the items after that position that were read: they are counted
    newest: datetime  # of all events before that position
    watermark: datetime  # all events before this time were handed on
    counts: LineCounts
    lag: LagState | None = None
    last: LineMark | None = None  # the last line that was read
