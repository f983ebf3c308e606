"""CTR per day: a dataflow that goes on from the searches, with a running total for each day, in UTC.

A tumbling window after the session window would lose searches without a word: a session is handed on when
it has closed, some long after later days have begun, and to a window whose clock those days have moved on
such a session is late. A running total is never too late: the last that a day had is its answer.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

from bytewax.testing import TestingOutput, run_main

from search_sessions.formats.ubi import ubi_reader
from search_sessions.logs.source import LogInput
from search_sessions.metrics.search import SearchSummary
from search_sessions.pipeline.collect import Collected
from search_sessions.pipeline.options import add_settings, settings_from
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.settings import Settings, SettingsError

EXAMPLE = Path(__file__).parent.parent / "data" / "example.ndjson"
PERIODS = {"day": "%Y-%m-%d", "hour": "%Y-%m-%d %H:00"}
BAR = 40


class Total(NamedTuple):
    """The searches of a period so far."""

    searches: int = 0
    clicked: int = 0

    @property
    def ctr(self) -> float:
        """The click-through rate of one search or more."""
        return self.clicked / self.searches


def add_search(total: Total, search: SearchSummary) -> tuple[Total, Total]:
    """Count a search; return the state to keep and what to hand on: both are the new total."""
    total = Total(total.searches + 1, total.clicked + (search.clicks > 0))
    return total, total


def totals_per_period(collected: Collected, log: str, period: str, settings: Settings) -> dict[str, Total]:
    """Return the last total of each period that has a search, in order of time."""
    totals: list[tuple[str, Total]] = []
    read = line_reader(ubi_reader(settings.click_actions))
    flow = collected.flow(LogInput([log]), read, settings)  #                 (user, SearchSummary)
    flow.map(lambda item: (item[1].time.strftime(PERIODS[period]), item[1]))  # (day, SearchSummary)
    flow.stateful_map("totals", Total, add_search)  #                          (day, Total)
    flow.output("totals", TestingOutput(totals))
    run_main(flow)
    last = dict(totals)  # of a day's totals, the last stays
    return dict(sorted(last.items()))


def plot(totals: dict[str, Total], path: str) -> None:
    """Draw the rate of each period."""
    from search_sessions.metrics.plots import new_figure, save  # noqa: PLC0415 - only a picture needs its library

    figure, axes = new_figure(height=3)
    axes.bar(list(totals), [total.ctr for total in totals.values()], width=0.8)
    step = max(1, len(totals) // 14)
    axes.set_xticks(range(0, len(totals), step), list(totals)[::step], rotation=45, ha="right")
    axes.set(ylim=(0, 1), ylabel="clicked ÷ searches", title="Click-through rate")
    save(figure, path)


def main() -> None:
    """Read a log, print its totals, and draw them if asked to."""
    parser = ArgumentParser(description="The click-through rate of each day of a search log.")
    parser.add_argument("log", nargs="?", default=str(EXAMPLE), help="a log in the UBI format")
    parser.add_argument("--per", choices=PERIODS, default="day", help="the period of a total")
    parser.add_argument("--plot", metavar="FILE", help="draw the rates to a file: .svg, .png, .pdf")
    add_settings(parser)
    options = parser.parse_args()
    try:
        settings = settings_from(options)
    except SettingsError as error:
        parser.error(str(error))

    collected = Collected()
    totals = totals_per_period(collected, options.log, options.per, settings)
    print(f"{collected.report.lines.sentence()}\n\n{options.per:<18}{'searches':>8}{'CTR':>8}")
    for period, total in totals.items():
        print(f"{period:<18}{total.searches:>8}{total.ctr:>8.3f}  {'█' * round(BAR * total.ctr)}".rstrip())
    print(f"{'all':<18}{sum(total.searches for total in totals.values()):>8}")
    if options.plot:
        plot(totals, options.plot)


if __name__ == "__main__":
    main()
