"""Pictures: how they look, and that the same data gives the same file."""

import io
import os
import sys
import warnings
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
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
    first = float(date2num(datetime.min.replace(tzinfo=timezone.utc)))
    if axes.get_xlim()[0] < first:  # the edge before a time in year 1 would be no date
        axes.set_xlim(left=first)


def save(figure: Figure, path: str) -> None:
    """Write the figure to a file of the kind that its name says, without date or version in an SVG.

    It takes the place of a file that is there in one step. If it cannot, a sentence ends the program.
    """
    kind, picture = Path(path).suffix[1:], io.BytesIO()
    metadata = {"Date": None, "Creator": None} if kind == "svg" else None
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # a letter that the font lacks is drawn as a box
        figure.savefig(picture, format=kind, metadata=metadata, dpi=150)
    target = os.path.realpath(path)
    new = Path(f"{target}.{os.getpid()}.new")
    try:
        new.write_bytes(picture.getvalue())
        new.replace(target)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        sys.exit(f"{path}: {error.strerror}.")
