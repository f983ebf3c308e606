"""What several workers need of an input: enough partitions for each, and threads that Python knows."""

import ctypes

from bytewax.inputs import StatefulSource

SPARES = {f"spare-{number}" for number in range(96)}
"""Partitions without items. The engine deals partitions out to its workers by their names; to a worker that
has fewer of them than there are workers it sends items at random, out of order, or not at all, for ever. With
these, each of up to 8 workers has enough, whatever the partitions of the input."""


class SpareSource(StatefulSource):
    """A partition without items."""

    def next(self) -> None:
        """End the partition."""
        raise StopIteration

    def snapshot(self) -> None:
        """Return nothing: there is nothing to remember."""


def keep_thread_state() -> None:
    """Keep the interpreter's state of this thread until the thread ends.

    The engine's threads have none, so CPython makes and destroys one each time the engine calls Python,
    which since 3.11 takes longer than most of the calls.
    """
    ctypes.pythonapi.PyGILState_Ensure()
