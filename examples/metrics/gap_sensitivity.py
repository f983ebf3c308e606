"""The gap decides what a session is: one log, read with gaps of 5, 15, 30 and 60 minutes.

A longer gap joins sessions: there are fewer, with more searches each. CTR by session asks whether a session
has a click anywhere, so one click among many searches makes a success of them all, and the choice of the
gap moves the number. CTR by search asks each search alone, and moves only where a gap is so short that it
parts searches from their clicks. The two are different questions, and differ most in long sessions.
"""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

from search_sessions.logs.collect import collect_log, read_log, rereadable_log
from search_sessions.metrics.rates import quality
from search_sessions.pipeline.collect import Collected
from search_sessions.pipeline.options import parse_settings

EXAMPLE = str(Path(__file__).parent.parent / "data" / "example.ndjson")
GAPS = (5, 15, 30, 60)


def show(value: float | None, form: str) -> str:
    """Return the value as text: a dash if there is none."""
    return "-" if value is None else format(value, form)


def row(minutes: float, run: Collected) -> str:
    """Return the row of a gap: what becomes of the log with it."""
    rates = quality(run.searches)
    abandoned = rates.session_abandonment
    by_session = None if abandoned is None else 1 - abandoned
    gap = f"{minutes:g} min"
    return (
        f"{gap:>6}{len(run.sessions):>10}{rates.sessions:>15}{rates.searches:>10}"
        f"{show(rates.searches_per_session, '.2f'):>13}{show(by_session, '.3f'):>16}"
        f"{show(rates.ctr, '.3f'):>11}"
    )


def main() -> None:
    """Read a log with each of the gaps, and with the one that was given, and print what becomes of it."""
    parser = ArgumentParser(description="A search log with several session gaps.")
    parser.add_argument(
        "log", nargs="?", type=rereadable_log, default=EXAMPLE, help="a log in the UBI format"
    )
    options, settings = parse_settings(parser)
    first, *others = [replace(settings, gap_minutes=gap) for gap in sorted({*GAPS, settings.gap_minutes})]
    rows = [row(first.gap_minutes, read_log(options.log, first))]  # the account is the same for every gap
    rows += [row(other.gap_minutes, collect_log(options.log, other)) for other in others]
    print(f"{'gap':>6}{'sessions':>10}{'with a search':>15}{'searches':>10}{'per session':>13}", end="")
    print(f"{'CTR by session':>16}{'by search':>11}")
    print(*rows, sep="\n")


if __name__ == "__main__":
    main()
