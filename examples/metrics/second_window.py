"""The trap of a second window: a tumbling window for each day, after the session windows, loses searches.

A session is handed on when it has closed: in the replay of a log, when its user returns after the gap and the
wait, or at the end of the log. The clock of the second window has moved on by then, with later sessions of
users who returned earlier. A search behind that clock is late, and the engine drops it.
"""

from argparse import ArgumentParser
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bytewax.testing import TestingOutput, run_main
from bytewax.window import EventClockConfig, TumblingWindow

from search_sessions.logs.collect import readable_log, tell_account
from search_sessions.logs.source import LogInput
from search_sessions.metrics.search import SearchSummary
from search_sessions.pipeline.collect import Collected
from search_sessions.pipeline.options import parse_settings
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.settings import Settings

EXAMPLE = str(Path(__file__).parent.parent / "data" / "example.ndjson")
MIDNIGHT = datetime(2024, 1, 1, tzinfo=timezone.utc)


def add_search(searches: list[SearchSummary], search: SearchSummary) -> list[SearchSummary]:
    """Add the search to those of its day."""
    searches.append(search)
    return searches


def searches_in_windows(collected: Collected, log: str, settings: Settings) -> list[SearchSummary]:
    """Return the searches that a window for each day gets to see."""
    days: list[tuple[str, list[SearchSummary]]] = []
    clock = EventClockConfig(lambda search: search.time, settings.wait)
    window = TumblingWindow(align_to=MIDNIGHT, length=timedelta(days=1))
    reader = make_reader(settings)
    # fmt: off
    flow = collected.flow(LogInput([log]), line_reader(reader.read), settings)  # (user, SearchSummary)
    flow.map(lambda user_search: ("all", user_search[1]))                       # ("all", SearchSummary)
    flow.fold_window("days", clock, window, list, add_search)                   # ("all", [SearchSummary])
    flow.output("days", TestingOutput(days))
    # fmt: on
    run_main(flow)
    tell_account(collected, reader.tally, settings)
    return [search for _, searches in days for search in searches]


def main() -> None:
    """Count the searches of each day, and those of them that a window for each day gets to see."""
    parser = ArgumentParser(description="What a tumbling window after session windows loses.")
    parser.add_argument("log", nargs="?", type=readable_log, default=EXAMPLE, help="a log in the UBI format")
    options, settings = parse_settings(parser)
    collected = Collected()
    seen = Counter(search.time.date() for search in searches_in_windows(collected, options.log, settings))
    there = Counter(search.time.date() for search in collected.searches)
    print(f"{'day':<12}{'searches':>8}{'in the window':>16}")
    for day, count in sorted(there.items()):
        print(f"{day!s:<12}{count:>8}{seen[day]:>16}")
    print(f"{'all':<12}{there.total():>8}{seen.total():>16}")


if __name__ == "__main__":
    main()
