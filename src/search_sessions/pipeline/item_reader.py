"""The items of a source in chunks, and for how long it has had none."""

import time
from collections.abc import Iterator
from typing import Any

from bytewax.inputs import StatefulSource

from search_sessions.pipeline.records import NOT_CAUGHT_UP


class ItemReader:
    """Reads a source, and knows whether it has ended, or how long it has been quiet."""

    def __init__(self, source: StatefulSource) -> None:
        self.ended = False
        self.last: Any = None  # the last item that was read
        self.idle = False  # there was nothing to hand on when the source was asked last
        self.quiet = 0.0  # seconds in which all was known to be read, since this was last set to zero
        self._source = source
        self._quiet_since: float | None = None

    def items(self, most: int) -> Iterator[Any]:
        """Read what there is, up to so many items."""
        asked = time.monotonic()
        for _ in range(most):
            try:
                item = self._source.next()
            except StopIteration:
                self.ended = True
                return
            self.idle = item is None or item is NOT_CAUGHT_UP
            if item is None:
                self._go_on_being_quiet(asked)
                return
            self._quiet_since = None
            if self.idle:
                return
            self.last = item
            yield item

    def _go_on_being_quiet(self, asked: float) -> None:
        """Count the time up to the moment at which the source was asked: all was read by then.

        What comes while the source answers, or while the process stands still, may be read next time.
        """
        if self._quiet_since is None:
            self._quiet_since = time.monotonic()
        else:
            self.quiet += asked - self._quiet_since
            self._quiet_since = asked
