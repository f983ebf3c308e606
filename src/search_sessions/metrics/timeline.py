"""A picture of sessions on a time axis: lanes of users, bars of sessions, marks of events."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from itertools import accumulate, chain, count
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from search_sessions.events import Event
from search_sessions.metrics.one_line import one_line
from search_sessions.metrics.plots import WIDTH, add_axes, new_figure, show_dates
from search_sessions.metrics.timeline_marks import MARKS, draw_legend_mark, draw_mark, marks
from search_sessions.searches import split_searches
from search_sessions.sessions import UserSession

SESSION, SILENCE, TEXT = "#aec7e8", "#c0c0c0", "#333333"
LETTER = 0.085  # inches that a letter of a label takes
LONGEST = 28  # letters of a query that are shown
ROW = 0.17  # inches that a row of labels takes


class Label(NamedTuple):
    """A query under a lane, in one of the rows there."""

    time: datetime
    text: str
    row: int


def timeline(lanes: Mapping[str, list[UserSession]], gap: timedelta) -> Figure:
    """Draw the sessions of each user: bars with the gap after each, marks for what was done.

    A user without a session has a lane that says so. There must be a session in one of the lanes.
    """
    sessions = list(chain.from_iterable(lanes.values()))
    start = min(events[0].time for _, events in sessions)
    end = max(events[-1].time for _, events in sessions) + gap
    inch = (end - start) / (WIDTH - 1.5)
    labels = [place_labels(theirs, inch) for theirs in lanes.values()]
    heights = [0.7 + ROW * (1 + max((label.row for label in those), default=-1)) for those in labels]
    tops = list(accumulate(heights, initial=0.4))
    figure = new_figure(height=1.1 + sum(heights))
    [axes] = add_axes(figure)
    for y, theirs, those in zip(tops, lanes.values(), labels, strict=False):
        draw_lane(axes, y, theirs, gap, inch)
        draw_labels(axes, y, those)
    edge = 0.15 * inch / timedelta(days=1)
    axes.set_yticks(tops[:-1], [f"user {shortened(user, 12)}" for user in lanes], parse_math=False)
    axes.set(ylim=(sum(heights), 0), xlim=(x_of(start) - edge, x_of(end) + edge))
    draw_legend(figure, axes, [event for _, events in sessions for event in events], gap)
    show_dates(axes)
    return figure


def x_of(time: datetime) -> float:
    """Return the place of a time on the axis."""
    return float(date2num(time))


def shortened(text: str, length: int) -> str:
    """Return the text on one line, and no longer than that.

    >>> shortened("garden  hose", 20), shortened("garden hose", 7)
    ('garden hose', 'garden…')
    """
    line = one_line(text)
    return line if len(line) <= length else f"{line[: length - 1]}…"


def place_labels(sessions: Iterable[UserSession], inch: timedelta) -> list[Label]:
    """Return the queries of the sessions, each in the first row where it covers no other."""
    labels = []
    row_ends: dict[int, datetime] = {}
    for visit in chain.from_iterable(map(split_searches, sessions)):
        time = visit.search.time
        found_nothing = visit.items is not None and not visit.items
        text = shortened(visit.search.query, LONGEST) + (" (no results)" if found_nothing else "")
        row = next(row for row in count() if row not in row_ends or row_ends[row] <= time)
        row_ends[row] = time + LETTER * (len(text) + 1) * inch
        labels.append(Label(time, text, row))
    return labels


def draw_lane(axes: Axes, y: float, sessions: list[UserSession], gap: timedelta, inch: timedelta) -> None:
    """Draw the sessions of a user, numbered where there is room, with the silence that ended each."""
    if not sessions:
        axes.text(0.01, y, "no session in these hours", va="center", transform=axes.get_yaxis_transform())
    free = datetime.min.replace(tzinfo=timezone.utc)  # where there is room for a number
    for number, (_, events) in enumerate(sessions, start=1):
        start, end = events[0].time, events[-1].time
        width = max(end - start, 0.03 * inch) / timedelta(days=1)
        axes.barh(y, gap / timedelta(days=1), left=x_of(end), height=0.06, color=SILENCE)
        axes.barh(y, width, left=x_of(start), height=0.32, color=SESSION)
        if start >= free:
            label = f"session {number}" if gap > LETTER * 9 * inch else f"{number}"
            axes.text(x_of(start), y - 0.25, label, va="center", fontsize=8, color=TEXT)
            free = start + LETTER * len(label) * inch
        for event in events:
            for mark in marks(event):
                draw_mark(axes, x_of(event.time), y, mark)


def draw_labels(axes: Axes, y: float, labels: list[Label]) -> None:
    """Write the queries under their lane."""
    for time, text, row in labels:
        axes.text(x_of(time), y + 0.28 + ROW * row, text, va="center", fontsize=9, parse_math=False)


def draw_legend(figure: Figure, axes: Axes, events: list[Event], gap: timedelta) -> None:
    """Say what the bars mean, and those of the marks that are there."""
    there = {mark for event in events for mark in marks(event)}
    for mark in MARKS:
        if mark in there:
            draw_legend_mark(axes, mark)
    axes.barh(0, 0, color=SESSION, label="session")
    axes.barh(0, 0, color=SILENCE, label=f"{gap / timedelta(minutes=1):g} min of silence")
    figure.legend(loc="outside lower center", ncols=8, frameon=False, fontsize=9, columnspacing=1.2)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
