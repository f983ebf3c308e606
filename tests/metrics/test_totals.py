"""The rate of a period: how sure it is, and when it is odd."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.integers(1, 2_000), st.integers(0, 2_000))
def test_a_likely_range_holds_the_rate_itself_and_no_other_than_a_rate(searches: int, clicked: int) -> None:
    total = Total(searches, min(clicked, searches))
    low, high = total.range()
    assert total.ctr is not None
    assert 0 <= low <= total.ctr <= high <= 1


def test_a_few_searches_are_never_odd() -> None:
    assert not is_odd(Total(2, 0), Total(1_000, 600))
    assert not is_odd(Total(11, 0), Total(1_000, 600))  # 4.4 of them unclicked would be usual
    assert is_odd(Total(13, 0), Total(1_000, 600))


def test_nothing_is_odd_without_others() -> None:
    assert not is_odd(Total(1_000, 1), Total(1_000, 1))
    assert not is_odd(Total(), Total(1_000, 1))


def test_many_searches_are_not_odd_beside_a_few() -> None:
    assert not is_odd(Total(100, 50), Total(101, 50))


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 50), st.integers(1, 50))
def test_the_same_rate_is_never_odd(clicked: int, unclicked: int, times: int, more: int) -> None:
    """Every day clicked is one such rate: a rounding made such days odd."""
    searches = clicked + unclicked
    total, everything = Total(times * searches, times * clicked), times + more
    assert not is_odd(total, Total(everything * searches, everything * clicked))


def chance_of_odd(searches: int, others: int, rate: float) -> float:
    """Return how often a period is odd whose rate is that of the others, over all that can happen."""
    likely, likely_others = likelihoods(searches, rate), likelihoods(others, rate)
    return sum(
        chance * chance_others
        for clicked, chance in likely.items()
        for clicked_others, chance_others in likely_others.items()
        if is_odd(Total(searches, clicked), Total(searches + others, clicked + clicked_others))
    )


def likelihoods(searches: int, rate: float) -> dict[int, float]:
    """Return how likely each number of clicked searches is, without those that hardly ever happen."""
    chances = {
        clicked: comb(searches, clicked) * rate**clicked * (1 - rate) ** (searches - clicked)
        for clicked in range(searches + 1)
    }
    return {clicked: chance for clicked, chance in chances.items() if chance > 1e-9}


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5, 0.58, 0.95])
@pytest.mark.parametrize(("searches", "others"), [(20, 20), (20, 500), (50, 50), (50, 650), (500, 20)])
def test_chance_makes_a_period_odd_about_one_time_in_370_or_less_often(
    searches: int, others: int, rate: float
) -> None:
    assert chance_of_odd(searches, others, rate) < 1 / 280
