"""Sessions on a time axis: who did what when, and the silence that ended each session.

Without a log, the sample of the tutorial. Of a log, the users that were named, or the four with the most
sessions that have a search, in the four hours in which these have the most.
"""

import sys
from argparse import ArgumentParser
from datetime import timedelta
from itertools import chain, groupby

from bytewax.testing import TestingInput

from search_sessions.events import AppOpen, ClickResult, Event, Results, Search
from search_sessions.logs.collect import read_log, readable_log
from search_sessions.metrics.highlights import choose
from search_sessions.metrics.one_line import one_line
from search_sessions.metrics.picture_file import picture_file
from search_sessions.pipeline.collect import collect
from search_sessions.pipeline.options import parse_settings
from search_sessions.pipeline.settings import Settings
from search_sessions.sample import SAMPLE
from search_sessions.sessions import UserSession


def tell(event: Event) -> str:
    """Return what happened, in a few words."""
    match event:
        case AppOpen():
            return "opens the app"
        case Search(query=query, items=None):
            return f'searches "{one_line(query)}"'
        case Search(query=query, items=items):
            return f'searches "{one_line(query)}", is shown {results(len(items or ()))}'
        case Results(items=items):
            return f"is shown {results(len(items))}"
        case ClickResult(item=item):
            return "clicks a result" if item is None else f"clicks {one_line(str(item))}"
    return "does something else"


def results(number: int) -> str:
    """Return a number of results in words."""
    return "1 result" if number == 1 else f"{number or 'no'} results"


def tell_session(session: UserSession, gap: timedelta) -> str:
    """Return what a user did, and when the session ended; several events alike in a row are one line."""
    user, events = session
    lines = [f"user {one_line(user)}, {events[0].time:%Y-%m-%d}"]
    for told, alike in groupby(events, tell):
        times = [event.time for event in alike]
        more = f" ({len(times)} times)" if len(times) > 1 else ""
        lines.append(f"  {times[0]:%H:%M:%S}  {told}{more}")
    silence = f"{gap / timedelta(minutes=1):g} silent minutes"
    return "\n".join([*lines, f"  {events[-1].time + gap:%H:%M:%S}  is gone: {silence}"])


def tell_absence(user: str, sessions: list[UserSession]) -> str:
    """Say when a user who was named has a session, if there is none to show."""
    starts = [events[0].time for name, events in sessions if name == user]
    if not starts:
        return f"user {one_line(user)} is not in the log"
    return f"user {one_line(user)} has no session in these hours: the first starts {starts[0]:%Y-%m-%d %H:%M}"


def read_sessions(log: str | None, settings: Settings) -> list[UserSession]:
    """Return the sessions of the log, or of the sample, in order of time."""
    if log:
        return read_log(log, settings).sessions
    return collect(TestingInput(SAMPLE), lambda event: [event], settings).sessions


def main() -> None:
    """Tell the sessions, and draw them if asked to."""
    parser = ArgumentParser(description="The sessions of users on a time axis.")
    parser.add_argument("log", nargs="?", type=readable_log, help="a log in the UBI format")
    parser.add_argument("--show", action="append", default=[], metavar="USER", help="a user to show")
    parser.add_argument("--plot", type=picture_file, metavar="FILE", help="draw the sessions to this file")
    options, settings = parse_settings(parser)
    if not options.log and settings != Settings(gap_minutes=settings.gap_minutes):
        parser.error("Without a log, --gap is the only setting that means something.")
    sessions = read_sessions(options.log, settings)
    lanes = choose(sessions, options.show)
    told = [
        [tell_session(session, settings.gap) for session in theirs] or [tell_absence(user, sessions)]
        for user, theirs in lanes.items()
    ]
    print(*chain.from_iterable(told), sep="\n\n")
    if not any(lanes.values()):
        sys.exit("There is no session to show.")
    if options.plot:
        from search_sessions.metrics.plots import save  # noqa: PLC0415 - only a picture needs its library
        from search_sessions.metrics.timeline import timeline  # noqa: PLC0415 - the same

        save(timeline(lanes, settings.gap), options.plot)


if __name__ == "__main__":
    main()
