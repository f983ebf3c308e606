"""How an event is drawn on a timeline."""

from typing import NamedTuple

from matplotlib.axes import Axes

from search_sessions.events import AppOpen, ClickResult, Event, Results, Search


class Mark(NamedTuple):
    """How a kind of event is drawn: its name, shape, color, filling and place across the lane."""

    name: str
    shape: str
    color: str
    filling: str
    place: float


OPEN = Mark("app opened", "D", "#7b3fa0", "#7b3fa0", 0.0)
SEARCH = Mark("search", "o", "black", "black", -0.09)
RESULTS = Mark("results", "s", "#2e8b57", "#2e8b57", 0.0)
NO_RESULTS = Mark("no results", "s", "#2e8b57", "white", 0.0)
CLICK = Mark("click", "^", "#c62828", "#c62828", 0.09)
OTHER = Mark("anything else", "|", "#808080", "#808080", 0.0)
MARKS = (OPEN, SEARCH, RESULTS, NO_RESULTS, CLICK, OTHER)


def marks(event: Event) -> list[Mark]:
    """Return the marks of an event: a search whose record says what it showed has two."""
    match event:
        case AppOpen():
            return [OPEN]
        case Search(items=None):
            return [SEARCH]
        case Search(items=items):
            return [SEARCH, RESULTS if items else NO_RESULTS]
        case Results(items=items):
            return [RESULTS if items else NO_RESULTS]
        case ClickResult():
            return [CLICK]
    return [OTHER]


def draw_mark(axes: Axes, x: float, y: float, mark: Mark) -> None:
    """Draw a mark, whole even at the edge."""
    [drawn] = axes.plot([x], [y + mark.place], mark.shape, markersize=6, clip_on=False)
    drawn.set(color=mark.color, markerfacecolor=mark.filling)


def draw_legend_mark(axes: Axes, mark: Mark) -> None:
    """Give the mark an entry in the legend."""
    [drawn] = axes.plot([], [], mark.shape, label=mark.name)
    drawn.set(color=mark.color, markerfacecolor=mark.filling)
