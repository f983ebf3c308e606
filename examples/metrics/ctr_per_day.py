"""CTR per day: a dataflow that goes on from the searches, with a running total for each day, in UTC.

A tumbling window after the session window would lose searches. A session is handed on when it has closed, and
later days may have begun by then: for a window whose clock they have moved on, the session is late. A running
total has no clock, so nothing is late for it: the last total of a day is its answer.
"""

import sys
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path

from bytewax.testing import TestingOutput, run_main

from search_sessions.logs.collect import readable_log, tell_account
from search_sessions.logs.source import LogInput
from search_sessions.metrics.picture_file import picture_file
from search_sessions.metrics.search import SearchSummary
from search_sessions.metrics.totals import Total, is_odd
from search_sessions.pipeline.collect import Collected
from search_sessions.pipeline.options import parse_settings
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.settings import Settings

EXAMPLE = str(Path(__file__).parent.parent / "data" / "example.ndjson")
LENGTHS = {"day": timedelta(days=1), "hour": timedelta(hours=1)}
MOST_PERIODS = 10_000
BAR = 40


def period_start(time: datetime, period: str) -> datetime:
    """Return the start of the day or the hour that the time is in."""
    hour = time.replace(minute=0, second=0, microsecond=0)
    return hour if period == "hour" else hour.replace(hour=0)


def add_search(total: Total, search: SearchSummary) -> tuple[Total, Total]:
    """Count a search; return the state to keep and what to hand on: both are the new total."""
    total = Total(total.searches + 1, total.clicked + (1 if search.ctr else 0))
    return total, total


def last_totals(log: str, period: str, settings: Settings) -> dict[datetime, Total]:
    """Return the last total of each period that has a search."""
    totals: list[tuple[str, Total]] = []
    collected = Collected()
    reader = make_reader(settings)

    def period_search(user_search: tuple[str, SearchSummary]) -> tuple[str, SearchSummary]:
        search = user_search[1]
        return period_start(search.time, period).isoformat(), search

    # fmt: off
    flow = collected.flow(LogInput([log]), line_reader(reader.read), settings)  # (user, SearchSummary)
    flow.map(period_search)                                                     # (day, SearchSummary)
    flow.stateful_map("totals", Total, add_search)                              # (day, Total)
    flow.output("totals", TestingOutput(totals))
    # fmt: on
    run_main(flow)
    tell_account(collected, reader.tally, settings)
    return {datetime.fromisoformat(start): total for start, total in totals}  # the last of each stays


def with_empty(totals: dict[datetime, Total], period: str) -> dict[datetime, Total]:
    """Return the totals in order of time, with those of the periods between that have no search."""
    if not totals:
        return {}
    first, last = min(totals), max(totals)
    count = (last - first) // LENGTHS[period] + 1
    if count > MOST_PERIODS:
        span = f"From {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} there are {count:,} {period}s"
        sys.exit(f"{span}, too many to show: is a time wrong?")
    starts = (first + number * LENGTHS[period] for number in range(count))
    return {start: totals.get(start, Total()) for start in starts}


def row(name: str, total: Total, note: str = "") -> str:
    """Return a row of the table; a rate that has no value is a dash."""
    rate = "-" if total.ctr is None else f"{total.ctr:.3f}"
    bar = "█" * round(BAR * (total.ctr or 0))
    return f"{name:<18}{total.searches:>8}{total.clicked:>9}{rate:>8}  {bar}{note}".rstrip()


def print_table(totals: dict[datetime, Total], period: str) -> None:
    """Print a row for each period, and one for all."""
    everything = Total(
        sum(total.searches for total in totals.values()), sum(t.clicked for t in totals.values())
    )
    print(f"{period:<18}{'searches':>8}{'clicked':>9}{'CTR':>8}")
    for start, total in totals.items():
        name = f"{start:%Y-%m-%d %H:%M}" if period == "hour" else f"{start:%Y-%m-%d}"
        print(row(name, total, "  odd" if is_odd(total, everything) else ""))
    print(row("all", everything))


def main() -> None:
    """Read a log, print its totals, and draw them if asked to."""
    parser = ArgumentParser(description="The click-through rate of each day of a search log.")
    parser.add_argument("log", nargs="?", type=readable_log, default=EXAMPLE, help="a log in the UBI format")
    parser.add_argument("--per", choices=LENGTHS, default="day", help="the period of a total")
    parser.add_argument("--plot", type=picture_file, metavar="FILE", help="draw the rates to this file")
    options, settings = parse_settings(parser)
    totals = with_empty(last_totals(options.log, options.per, settings), options.per)
    print_table(totals, options.per)
    if options.plot and not totals:
        sys.exit("There is no search to draw.")
    if options.plot:
        from search_sessions.metrics.plots import save  # noqa: PLC0415 - only a picture needs its library
        from search_sessions.metrics.rate_chart import rate_chart  # noqa: PLC0415 - the same

        save(rate_chart(totals, LENGTHS[options.per]), options.plot)


if __name__ == "__main__":
    main()
