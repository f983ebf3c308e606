"""What a search showed, in little memory."""

from collections.abc import Collection, Iterator

import msgspec

from search_sessions.events import Item
from search_sessions.formats.json_lines import encode

decode = msgspec.json.Decoder(tuple[Item, ...]).decode


class ItemList(msgspec.Struct, frozen=True, gc=False):
    """Items in their order, kept as one text of JSON, which is decoded when they are looked at.

    A log is held in memory until it is sorted, and what its searches showed is most of it. One text takes a
    third of the memory of the ids, and of most searches only the number of items is ever asked.
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


def item_list(items: Collection[Item]) -> ItemList:
    """Return the items as a list that takes little memory."""
    return ItemList(encode(items), len(items))
