"""A picture of click-through rates over time: the rates above, the searches that they stand on below."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from search_sessions.metrics.plots import add_axes, new_figure, show_dates
from search_sessions.metrics.totals import Total, is_odd

FEW = 10
"""Fewer searches than these make a rate that says little: it is drawn pale."""

MOST_NUMBERS = 31
"""Up to so many periods, each has its number of searches written over its bar."""

SURE, PALE, RED, GRAY = "#1f5f99", "#a9c4dd", "#c62828", "#808080"


def rate_chart(totals: Mapping[datetime, Total], length: timedelta) -> Figure:
    """Draw the rate and the searches of each period, from its start and of that length.

    A period without a search has no mark above and no bar below. There must be one with a search.
    """
    everything = Total(*map(sum, zip(*totals.values(), strict=True)))
    figure = new_figure(height=4.2)
    rates, counts = add_axes(figure, heights=(3, 1))
    width = length / timedelta(days=1)
    places = [float(date2num(start)) for start in totals]
    for place, total in zip(places, totals.values(), strict=True):
        if total.searches:
            draw_rate(rates, place, total, everything, size=6 if len(places) <= MOST_NUMBERS else 4)
    draw_overall(rates, everything)
    draw_counts(counts, places, [total.searches for total in totals.values()], width)
    show_dates(counts)
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    return figure


def draw_rate(axes: Axes, x: float, total: Total, everything: Total, size: float) -> None:
    """Draw a rate with the range that is likely; an odd one has its numbers beside it."""
    odd, rate = is_odd(total, everything), total.clicked / total.searches
    color = RED if odd else PALE if total.searches < FEW else SURE
    axes.vlines(x, *total.range(), color=color, linewidth=1)
    axes.plot(x, rate, "o", color=color, markersize=size, clip_on=False)
    if odd:
        text = f"{rate:.3f}: {total.clicked} of {total.searches}"
        axes.annotate(text, (x, rate), xytext=(8, 0), textcoords="offset points", color=RED, va="center")


def draw_overall(axes: Axes, everything: Total) -> None:
    """Draw the rate of all searches as a line, and say what the marks mean."""
    rate = everything.clicked / everything.searches
    name = f"all: {rate:.3f}, {everything.clicked:,} of {everything.searches:,}"
    axes.axhline(rate, color=GRAY, linestyle="--", linewidth=1, label=name)
    axes.plot([], [], "o", color=SURE, label="rate, and its likely range")
    axes.plot([], [], "o", color=PALE, label=f"of fewer than {FEW} searches")
    axes.plot([], [], "o", color=RED, label="odd")
    axes.set(ylim=(0, 1), ylabel="clicked ÷ searches")


def draw_counts(axes: Axes, places: list[float], searches: list[int], width: float) -> None:
    """Draw how many searches each period has."""
    bars = axes.bar(places, searches, width=0.8 * width, color=GRAY)
    axes.set(ylabel="searches")
    if len(searches) <= MOST_NUMBERS:
        axes.bar_label(bars, fontsize=8)
        axes.margins(y=0.25)
