"""Pictures: how they look, and that the same data gives the same file."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
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


def new_figure(height: float) -> tuple[Figure, Axes]:
    """Return a figure of that height, in inches, and its axes."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        return figure, figure.add_subplot()


def save(figure: Figure, path: str) -> None:
    """Write the figure to a file of the kind that its name says, without date or version in an SVG."""
    is_svg = Path(path).suffix == ".svg"
    with mpl.rc_context(STYLE):
        figure.savefig(path, metadata={"Date": None, "Creator": None} if is_svg else None, dpi=150)
