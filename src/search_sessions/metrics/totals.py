"""The searches of a period, such as a day: their rate, how sure it is, and whether it is odd."""

from math import sqrt
from typing import NamedTuple

USUAL, ODD = 1.96, 3.0
"""Standard errors: chance alone puts a rate further off one time in 20, and one time in 370."""

FEWEST = 5
"""With fewer clicked searches to be expected, or fewer unclicked ones, standard errors mean little."""


class Total(NamedTuple):
    """How many searches there were, and how many of them were clicked."""

    searches: int = 0
    clicked: int = 0

    @property
    def ctr(self) -> float | None:
        """The click-through rate; None without a search."""
        return self.clicked / self.searches if self.searches else None

    def range(self) -> tuple[float, float]:
        """Return the least and the greatest rate that are likely behind this one: wrong one time in 20.

        Source: the score interval of Wilson, "Probable inference, the law of succession, and statistical
        inference", 1927, doi 10.1080/01621459.1927.10502953. It holds for few searches too.

        >>> low, high = Total(searches=4, clicked=2).range()
        >>> round(low, 2), round(high, 2)
        (0.15, 0.85)
        """
        if not self.searches:
            return 0.0, 1.0
        rate, square = self.clicked / self.searches, USUAL**2 / self.searches
        middle = (rate + square / 2) / (1 + square)
        half = sqrt(square * (rate * (1 - rate) + square / 4)) / (1 + square)
        return max(0.0, min(rate, middle - half)), min(1.0, max(rate, middle + half))  # whatever the rounding


def is_odd(period: Total, everything: Total) -> bool:
    """Say whether chance hardly explains how far a period's rate is from that of all others.

    Chance alone makes a period odd about one time in 370, or less often, if no search bears on another. A
    period is not odd if it, or all others together, have too few searches to tell.

    Source: the test of two proportions by their pooled rate; its square is the chi-squared of Pearson, 1900.
    That 5 should be expected of each kind is the usual condition: Cochran, "Some methods for strengthening
    the common chi-squared tests", 1954, doi 10.2307/3001616.

    >>> is_odd(Total(44, 8), Total(694, 403)), is_odd(Total(1, 0), Total(694, 403))
    (True, False)
    """
    others = Total(everything.searches - period.searches, everything.clicked - period.clicked)
    if period.ctr is None or others.ctr is None:
        return False
    rate = everything.clicked / everything.searches
    if min(period.searches, others.searches) * min(rate, 1 - rate) < FEWEST:
        return False
    error = sqrt(rate * (1 - rate) * (1 / period.searches + 1 / others.searches))
    return abs(period.ctr - others.ctr) > ODD * error
