"""The list of what a search showed: one text to keep, the same items to look at."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from search_sessions.events import Item
from search_sessions.formats.item_list import item_list

ids = st.text() | st.integers()


@given(st.lists(ids).map(tuple))
def test_a_list_has_the_items_that_it_was_made_of_in_their_order(items: tuple[Item, ...]) -> None:
    kept = pickle.loads(pickle.dumps(item_list(items)))  # noqa: S301 - it was pickled here
    assert tuple(kept) == items
    assert len(kept) == len(items)
    assert all(item in kept for item in items)
    assert "\0 no item" not in kept
