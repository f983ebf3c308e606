"""Pictures: how they look, and that the same data gives the same file."""

import warnings
from datetime import timezone
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

WIDTH = 9.0
"""Inches: as wide as a README, with letters of the size of its text."""

STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "white",  # readable on a dark page too
    "svg.fonttype": "path",  # letters look the same where the font is missing
    "svg.hashsalt": "search-sessions",  # else every file has ids of its own
}


def new_figure(height: float) -> Figure:
    """Return a figure of that height, in inches."""
    with mpl.rc_context(STYLE):
        return Figure(figsize=(WIDTH, height), layout="constrained")


def add_axes(figure: Figure, heights: tuple[float, ...] = (1,)) -> list[Axes]:
    """Return axes above one another, with those relative heights and one axis of x."""
    with mpl.rc_context(STYLE):
        axes = figure.subplots(len(heights), sharex=True, squeeze=False, height_ratios=heights)
        return list(axes[:, 0])


def show_dates(axes: Axes) -> None:
    """Show the numbers on the axis of x as dates and clock times, in UTC."""
    locator = AutoDateLocator(tz=timezone.utc, minticks=4, maxticks=10)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=timezone.utc))
    axes.set_xlabel("UTC", loc="left")


def save(figure: Figure, path: str) -> None:
    """Write the figure to a file of the kind that its name says, without date or version in an SVG."""
    is_svg = Path(path).suffix == ".svg"
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # a letter that the font lacks is drawn as a box
        figure.savefig(path, metadata={"Date": None, "Creator": None} if is_svg else None, dpi=150)
