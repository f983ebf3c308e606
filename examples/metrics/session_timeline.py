"""Sessions on a time axis: who did what when, and the silence that ended each session.

Without a log, the sample of the tutorial. Of a log, the users named, or the first few who search; and of
these the first hours, since a picture of weeks would show nothing. `--plot` draws a lane for each user.
"""

from argparse import ArgumentParser
from datetime import datetime, timedelta

from bytewax.testing import TestingInput

from search_sessions.events import AppOpen, ClickResult, Event, Results, Search
from search_sessions.logs.collect import collect_log
from search_sessions.pipeline.collect import collect
from search_sessions.sample import SAMPLE
from search_sessions.sessions import GAP, UserSession

LANES = 4
HOURS = timedelta(hours=4)
SESSION, SILENCE = "#aec7e8", "#c0c0c0"
MARKS: dict[type, tuple[str, str, str, float]] = {  # shape, color, name, place across the lane
    Search: ("o", "black", "search", -0.12),
    Results: ("s", "tab:green", "results", 0.0),
    ClickResult: ("^", "tab:red", "click", 0.12),
}


def tell(event: Event) -> str:
    """Return what happened, in a few words."""
    match event:
        case AppOpen():
            return "opens the app"
        case Search(query=query):
            return f'searches "{query}"'
        case Results(items=items):
            return f"is shown {len(items)} results"
        case ClickResult(item=item):
            return f"clicks {item}"
    return "does something else"


def choose(sessions: list[UserSession], users: list[str]) -> list[UserSession]:
    """Return the sessions to show: those of the users, or of the first who search, in the first hours."""
    searching = [user for user, events in sessions if any(isinstance(event, Search) for event in events)]
    lanes = users or list(dict.fromkeys(searching))[:LANES]
    theirs = [session for session in sessions if session[0] in lanes]
    return [session for session in theirs if session[1][0].time < theirs[0][1][0].time + HOURS]


def plot(sessions: list[UserSession], path: str) -> None:
    """Draw a lane for each user: sessions as bars, the gap after each, what was done as marks."""
    from search_sessions.metrics.plots import new_figure, save  # noqa: PLC0415 - only a picture needs its library

    first = sessions[0][1][0].time
    hours = (max(events[-1].time for _, events in sessions) + GAP - first) / timedelta(hours=1)
    figure, axes = new_figure(height=1.6 + 1.1 * len({user for user, _ in sessions}))

    def minute(time: datetime) -> float:
        return (time - first) / timedelta(minutes=1)

    lanes: dict[str, int] = {}
    label_ends: dict[tuple[int, int], float] = {}  # where the last label of a lane's row ends
    for user, events in sessions:
        lane = lanes.setdefault(user, len(lanes))
        start, end = minute(events[0].time), minute(events[-1].time)
        axes.barh(lane, GAP / timedelta(minutes=1), left=end, height=0.08, color=SILENCE)
        axes.barh(lane, max(end - start, 0.4 * hours), left=start, height=0.36, color=SESSION)
        for event in events:
            if type(event) in MARKS:
                mark, color, _, offset = MARKS[type(event)]
                axes.plot(minute(event.time), lane + offset, mark, color=color, markersize=6)
            if isinstance(event, Search):
                x = minute(event.time)
                row = next(row for row in range(9) if label_ends.get((lane, row), -1) <= x)
                label_ends[lane, row] = x + hours * (0.75 * len(event.query) + 1.5)
                axes.text(x, lane - 0.27 - 0.15 * row, event.query)
    for mark, color, name, _ in MARKS.values():
        axes.plot([], [], mark, color=color, label=name)
    axes.barh(0, 0, color=SESSION, label="session")
    axes.barh(0, 0, color=SILENCE, label=f"{GAP / timedelta(minutes=1):g} min of silence")
    axes.set_yticks(list(lanes.values()), [f"user {user}" for user in lanes])
    axes.set(ylim=(len(lanes) - 0.4, -0.7), xlabel=f"minutes after {first:%Y-%m-%d %H:%M} UTC")
    figure.legend(loc="outside lower center", ncols=5, frameon=False)
    save(figure, path)


def main() -> None:
    """Tell the sessions, and draw them if asked to."""
    parser = ArgumentParser(description="The sessions of users on a time axis.")
    parser.add_argument("log", nargs="?", help="a log in the UBI format")
    parser.add_argument("--user", action="append", default=[], metavar="ID", help="a user to show")
    parser.add_argument("--plot", metavar="FILE", help="draw the sessions to a file: .svg, .png, .pdf")
    options = parser.parse_args()
    sample = TestingInput(SAMPLE)
    run = collect_log(options.log) if options.log else collect(sample, lambda event: [event])
    sessions = choose(run.sessions, options.user)
    if not sessions:
        parser.error("there is no session to show")
    for user, events in sessions:
        print(f"user {user}, {events[0].time:%Y-%m-%d}")
        for event in events:
            print(f"  {event.time:%H:%M:%S}  {tell(event)}")
        print(f"  {events[-1].time + GAP:%H:%M:%S}  is gone: {GAP / timedelta(minutes=1):g} silent minutes\n")
    if options.plot:
        plot(sessions, options.plot)


if __name__ == "__main__":
    main()
