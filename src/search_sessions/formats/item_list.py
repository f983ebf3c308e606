"""What a search showed, as a value that takes little memory."""

from collections.abc import Iterator

import msgspec

from search_sessions.events import Item

decode = msgspec.json.Decoder(tuple[Item, ...]).decode


class ItemList(msgspec.Struct, frozen=True, gc=False):
    """Items, the best first, kept as one text of JSON and decoded when they are looked at.

    A log is held in memory until it is sorted, and lists of results are most of it: one text takes a third
    of what the ids take as objects of their own.
    """

    json: bytes
    length: int

    def __len__(self) -> int:
        """Return how many there are."""
        return self.length

    def __iter__(self) -> Iterator[Item]:
        """Go over them, the best first."""
        return iter(decode(self.json))

    def __contains__(self, item: object) -> bool:
        """Say whether the item is among them."""
        return item in decode(self.json)
