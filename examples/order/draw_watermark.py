"""A picture of the events of `lost_events.py` as they arrive, with the watermark and the one that is late.

Each event has its time from left to right, and its turn to arrive from top to bottom. The watermark is the
time of the newest event so far, less the delay. An event that arrives to the left of it is late.
"""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from itertools import accumulate

from lost_events import ARRIVAL
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from search_sessions.events import Event
from search_sessions.metrics.picture_file import picture_file
from search_sessions.metrics.plots import add_axes, new_figure, save, show_dates
from search_sessions.pipeline.reorder_buffer import EARLIEST, ReorderBuffer

DELAY = timedelta(minutes=10)
START, END = ARRIVAL[1].time - timedelta(minutes=12), ARRIVAL[5].time + timedelta(minutes=25)
IN_TIME, LATE, MARK, PAST = "#1f5f99", "#c62828", "#8a5200", "#f3e3c8"


def x_of(time: datetime) -> float:
    """Return the place of a time on the axis."""
    return float(date2num(time))


def watermarks(delay: timedelta) -> list[datetime]:
    """Return the watermark that each event meets as it arrives; the first meets none."""
    newest = accumulate((event.time for event in ARRIVAL[:-1]), max)
    return [START, *(time - delay for time in newest)]


def draw_event(axes: Axes, y: int, event: Event, watermark: datetime, *, in_time: bool) -> None:
    """Draw the arrival of an event, with its kind and what it means."""
    about = getattr(event, "query", None) or getattr(event, "item", None) or ""
    text = f"{type(event).__name__} {about}".rstrip()
    color = IN_TIME if in_time else LATE
    axes.plot(x_of(event.time), y, "o" if in_time else "X", color=color, markersize=8)
    if in_time:
        axes.text(x_of(event.time + timedelta(minutes=1.5)), y, text, va="center", color=color)
        return
    behind = (watermark - event.time) / timedelta(minutes=1)
    note = f"{text}: late,\n{behind:g} min behind the watermark"
    axes.text(x_of(event.time - timedelta(minutes=1.5)), y, note, va="center", ha="right", color=color)


def draw_watermark(axes: Axes, marks: list[datetime], delay: timedelta) -> None:
    """Draw the watermark as a line, what is behind it as an area, and the delay as an arrow."""
    places, edges = [x_of(mark) for mark in marks], [y + 0.5 for y in range(len(marks) + 1)]
    axes.stairs(places, edges, orientation="horizontal", baseline=x_of(START), fill=True, color=PAST)
    axes.stairs(places, edges, orientation="horizontal", baseline=None, color=MARK, linewidth=2)
    axes.text(places[5], 5.9, "watermark ", va="center", ha="right", color=MARK)
    axes.text(places[1], 6.9, " what arrives in here\n is late", va="center", color=MARK)
    newest, y = x_of(marks[-1] + delay), len(marks) - 0.35
    axes.annotate("", (places[-1], y), xytext=(newest, y), arrowprops={"arrowstyle": "<->", "color": MARK})
    label = f"  delay, here {delay / timedelta(minutes=1):g} min"
    axes.text(newest, y, label, va="center", color=MARK)


def draw(delay: timedelta) -> Figure:
    """Draw the arrivals and the watermark."""
    figure = new_figure(height=4.2)
    [axes] = add_axes(figure)
    buffer = ReorderBuffer(delay, EARLIEST, EARLIEST)
    marks = watermarks(delay)
    draw_watermark(axes, marks, delay)
    for y, (event, watermark) in enumerate(zip(ARRIVAL, marks, strict=True), start=1):
        draw_event(axes, y, event, watermark, in_time=buffer.accept(event))
    axes.set(ylim=(len(ARRIVAL) + 0.5, 0.4), xlim=(x_of(START), x_of(END)), ylabel="order of arrival")
    show_dates(axes)
    axes.set_xlabel("time of the event, UTC", loc="left")
    return figure


def main() -> None:
    """Draw the picture."""
    parser = ArgumentParser(description="A picture of event time, watermark and a late event.")
    parser.add_argument("--plot", type=picture_file, metavar="FILE", required=True, help="draw to this file")
    save(draw(DELAY), parser.parse_args().plot)


if __name__ == "__main__":
    main()
