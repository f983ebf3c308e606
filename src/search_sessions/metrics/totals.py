"""The searches of a period, such as a day: their rate, how sure it is, and whether it is odd."""

from math import sqrt
from typing import NamedTuple

USUAL, ODD = 1.96, 3.0
"""Standard errors: chance alone puts a rate further off one time in 20, and one time in 370."""


class Total(NamedTuple):
    """How many searches there were, and how many of them were clicked."""

    searches: int = 0
    clicked: int = 0

    @property
    def ctr(self) -> float | None:
        """The click-through rate; None without a search."""
        return self.clicked / self.searches if self.searches else None

    def range(self, errors: float = USUAL) -> tuple[float, float]:
        """Return the rates that are likely behind this one, as far off as so many standard errors.

        Source: the score interval of Wilson, "Probable inference, the law of succession, and statistical
        inference", 1927, doi 10.1080/01621459.1927.10502953. It holds for few searches too.

        >>> low, high = Total(searches=4, clicked=2).range()
        >>> round(low, 2), round(high, 2)
        (0.15, 0.85)
        """
        if not self.searches:
            return 0.0, 1.0
        rate, square = self.clicked / self.searches, errors**2 / self.searches
        middle = (rate + square / 2) / (1 + square)
        half = sqrt(square * (rate * (1 - rate) + square / 4)) / (1 + square)
        return middle - half, middle + half


def is_odd(period: Total, everything: Total) -> bool:
    """Say whether chance hardly explains how far a period is from all the others.

    >>> is_odd(Total(44, 8), Total(694, 403)), is_odd(Total(1, 0), Total(694, 403))
    (True, False)
    """
    others = Total(everything.searches - period.searches, everything.clicked - period.clicked)
    low, high = period.range(ODD)
    return others.ctr is not None and not low <= others.ctr <= high
