"""Pairs of a key and a value, which the engine's steps for keys take, made cheap."""

from typing import Any


class Pair(tuple[str, Any]):
    """A key and a value, quick to print.

    At every step that groups, and at every output with partitions, the engine prints each pair into an error
    message, before it knows whether there is an error. To print an event takes longer than to read it.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """Return as little as may be."""
        return "Pair"
