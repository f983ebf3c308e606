"""Tests exercise 3."""

import pytest
from given import Answer


@pytest.mark.hint(
    "`visit.clicks` is a list of clicks: ask whether there are any, not how many. `ctr` in searches.py does."
)
def test_ex3_rate(answer: Answer) -> None:
    """Many clicks on one search are one clicked search."""
    mine = answer("ex3_rate.py")
    dogs, cats, fruit = mine.visits()
    for visits, expected in (([dogs, cats, fruit], 2 / 3), ([cats], 1.0), ([fruit], 0.0)):
        rate = mine.click_through_rate(visits)
        clicks = [len(visit.clicks) for visit in visits]
        assert rate == pytest.approx(expected), (
            f"With {clicks} clicks, the rate is {rate:.3f}, not {expected:.3f}."
        )


@pytest.mark.hint(
    "Ask for the empty list first: 0.0 would say that there were searches, and that none was clicked."
)
def test_ex3_no_searches(answer: Answer) -> None:
    """Over no searches there is no rate."""
    rate = answer("ex3_rate.py").click_through_rate([])
    assert rate is None, f"Without a search, the rate is {rate}, not None."
