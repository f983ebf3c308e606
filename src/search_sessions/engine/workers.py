"""What several workers need of an input: partitions for each, and threads that Python knows.

Pinned by: `test_a_worker_with_too_few_partitions_gets_a_users_events_in_no_order` and
`test_no_number_of_workers_up_to_eight_hangs_or_loses`. On an upgrade: the empty partitions can go once the
engine keeps a partition's items in order for any number of workers, the thread state once its threads keep
one of their own.
"""

import ctypes
import gc

from bytewax.inputs import DynamicInput, StatefulSource, StatelessSource

from search_sessions.engine.pickles import shorten_pickles
from search_sessions.engine.stop import stop_run

EMPTY_PARTITIONS = {f"empty-{number}" for number in range(128)}
"""Partitions without items. The engine divides partitions among its workers by a hash of their names. If a
worker has fewer of them than there are workers, its items are spread at random, and lose their order; if only
some workers have fewer, the run never ends. With these, each of up to 8 workers has enough."""

MOST_WORKERS = 8
"""With more workers, some have too few partitions even so: rows are missing, or the run never ends."""


class EmptySource(StatefulSource):
    """A partition without items."""

    def next(self) -> None:
        """End the partition."""
        raise StopIteration

    def snapshot(self) -> None:
        """Return nothing: there is nothing to remember."""


class WorkerLimit(DynamicInput):
    """An input without items, which ends a run of more workers than are right before it begins."""

    def build(self, worker_index: int, worker_count: int) -> "NoItems":  # noqa: ARG002
        """Look at the number of workers."""
        if worker_count > MOST_WORKERS:
            stop_run(f"The workers must be from 1 to {MOST_WORKERS}, not {worker_count}.", status=2)
        return NoItems()


class NoItems(StatelessSource):
    """A source that ends at once."""

    def next(self) -> None:
        """End the source."""
        raise StopIteration


def set_up_worker() -> None:
    """Prepare the thread and the process of a worker: called where a source is built, when a run begins.

    The engine's threads have no Python state, so CPython makes and destroys one at each call, which since
    3.11 takes longer than most of the calls: the thread gets one to keep. Events are pickled short. And the
    garbage collector stays off: events hold no cycles, and it would look for them again and again.
    """
    ctypes.pythonapi.PyGILState_Ensure()
    shorten_pickles()
    gc.disable()
