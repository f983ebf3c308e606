"""Tests exercise 1."""

from datetime import timedelta

import pytest
from bytewax.testing import run_main
from given import Answer

from search_sessions.sessions import UserSession
from search_sessions.steps import tutorial_flow


def sessions_at(gap: timedelta) -> list[tuple[str, str, str]]:
    """Return the sessions of the sample: user, first time, last time."""
    found: list[UserSession] = []
    run_main(tutorial_flow(gap, lambda step, item: found.append(item) if step == "fold_window" else None))
    return sorted((user, f"{events[0].time:%H:%M}", f"{events[-1].time:%H:%M}") for user, events in found)


@pytest.mark.hint(
    "Where do 10 minutes or more pass from an event to the same user's next? There, a session ends."
)
def test_ex1_gap(answer: Answer, capsys: pytest.CaptureFixture[str]) -> None:
    """The predicted sessions are those that the flow makes at 10 minutes."""
    mine = answer("ex1_gap.py")
    assert timedelta(minutes=10) == mine.GAP, f"GAP is {mine.GAP}, not 10 minutes."
    there = sessions_at(mine.GAP)
    capsys.readouterr()  # the tutorial prints its searches: they are no part of this
    wrong = set(mine.EXPECTED) ^ set(there)
    assert not wrong, f"EXPECTED has a session that there is not, or lacks one: see user {min(wrong)[0]}."
