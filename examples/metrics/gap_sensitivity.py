"""The gap decides what a session is: one log, read with gaps of 5, 15, 30 and 60 minutes.

A longer gap joins sessions: there are fewer, with more searches each. CTR by session asks whether a session
has a click anywhere, so one click among many searches makes a success of them all, and the choice of the
gap moves the number. CTR by search asks each search alone, and moves only where a gap is so short that it
parts searches from their clicks. The two are different questions, and differ most in long sessions.
"""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

from search_sessions.logs.collect import collect_log
from search_sessions.metrics.rates import quality
from search_sessions.pipeline.options import add_settings, settings_from
from search_sessions.pipeline.settings import SettingsError

EXAMPLE = Path(__file__).parent.parent / "data" / "example.ndjson"
GAPS = (5, 15, 30, 60)


def show(value: float | None, form: str) -> str:
    """Return the value as text: a dash if there is none."""
    return "-" if value is None else format(value, form)


def main() -> None:
    """Read a log with each of the gaps and print what becomes of it."""
    parser = ArgumentParser(description="A search log with several session gaps.")
    parser.add_argument("log", nargs="?", default=str(EXAMPLE), help="a log in the UBI format")
    add_settings(parser)
    options = parser.parse_args()
    try:
        settings = settings_from(options)
    except SettingsError as error:
        parser.error(str(error))

    print(f"{'gap':>6}{'sessions':>10}{'with a search':>15}{'searches':>10}{'per session':>13}", end="")
    print(f"{'CTR by session':>16}{'by search':>11}")
    for minutes in sorted({*GAPS, settings.gap_minutes}):
        run = collect_log(options.log, replace(settings, gap_minutes=minutes))
        rates = quality(run.searches)
        abandoned = rates.session_abandonment
        print(
            f"{minutes:>2g} min{len(run.sessions):>10}{rates.sessions:>15}{rates.searches:>10}"
            f"{show(rates.searches_per_session, '.2f'):>13}"
            f"{show(None if abandoned is None else 1 - abandoned, '.3f'):>16}{show(rates.ctr, '.3f'):>11}"
        )


if __name__ == "__main__":
    main()
