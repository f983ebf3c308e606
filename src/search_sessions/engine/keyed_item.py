"""Pairs of a key and a value, which the engine's steps for keys take, made quick to print.

At every step that groups, and at every output with partitions, the engine prints each pair into an error
message, before it knows whether there is an error. To print an event takes longer than to read it.

Pinned by: `test_the_engine_prints_every_pair`. On an upgrade: a plain tuple is enough once it does not.
"""

from typing import Any


class KeyedItem(tuple[str, Any]):
    """A key and a value, whose printed form is one word."""

    __slots__ = ()

    def __str__(self) -> str:
        """Return what a sink is to print: the whole pair."""
        return tuple.__repr__(self)

    def __repr__(self) -> str:
        """Return one word, whatever the pair holds."""
        return "KeyedItem"
