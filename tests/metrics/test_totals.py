"""The rate of a period: how sure it is, and when it is odd."""

import pytest

from search_sessions.metrics.totals import Total, is_odd


def test_no_search_is_no_rate() -> None:
    assert Total().ctr is None
    assert Total().range() == (0.0, 1.0)


def test_the_likely_range_is_that_of_the_literature() -> None:
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    assert Total(263, 81).range() == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert Total(148, 15).range() == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert Total(20, 0).range() == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert Total(29, 1).range() == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_a_few_searches_are_never_odd() -> None:
    assert not is_odd(Total(2, 0), Total(1_000, 600))


def test_nothing_is_odd_without_others() -> None:
    assert not is_odd(Total(1_000, 1), Total(1_000, 1))
