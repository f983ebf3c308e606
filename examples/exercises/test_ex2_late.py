"""Tests exercise 2."""

from datetime import timedelta

import pytest
from given import Answer


@pytest.mark.hint(
    "Go from left to right, and note the newest time so far: is this one more than 5 minutes older?"
)
def test_ex2_late(answer: Answer) -> None:
    """The events written down are those that a delay of 5 minutes makes late."""
    mine = answer("ex2_late.py")
    wrong = set(mine.LATE) ^ {4, 6}
    assert not wrong, f"LATE is {mine.LATE}: one is missing, or one is not late."


@pytest.mark.hint(
    "The delay is the most that an event comes behind the newest before it; a longer one is a longer wait."
)
def test_ex2_source(answer: Answer) -> None:
    """The source keeps all events, with the shortest delay that does."""
    mine = answer("ex2_late.py")
    source = mine.ordered_source()
    late = [letter for batch in mine.run(source) for letter in batch.dead_letters]
    assert not late, f"{len(late)} of the nine events are late."
    assert source.max_delay is not None, "Without a delay, all events wait for the end of the input."
    assert source.max_delay == timedelta(minutes=6), (
        f"The delay of {source.max_delay} is longer than need be."
    )
