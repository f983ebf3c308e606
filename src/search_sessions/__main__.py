"""The command line: `python -m search_sessions [LOG ...]`."""

import gc
import io
import math
import os
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bytewax.outputs import Output
from bytewax.testing import run_main

from search_sessions.account import Tally
from search_sessions.dataflow import flow, search_flow
from search_sessions.order import OrderedInput
from search_sessions.sessions import GAP, WAIT, event_clock

NO_EPOCHS = timedelta(days=365)
"""At the end of an epoch the engine saves its state, even where nothing keeps it: so none ends."""

MILLION = 1_000_000


def main(arguments: list[str] | None = None) -> int:
    """Run the tutorial, or read logs; return the exit status."""
    options = parse(arguments)
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))  # Ctrl-C: no word, no traceback
    if hasattr(signal, "SIGPIPE"):  # not on Windows
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader such as `head` has had enough
    if not options.logs:
        run_main(flow)
        return 0
    try:
        return read_logs(options)
    except ModuleNotFoundError as error:
        print(f"Logs need {error.name}: pip install 'search-sessions[logs]'.", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
    return 2


def parse(arguments: list[str] | None) -> Namespace:
    """Return the options that the command line gives."""
    parser = ArgumentParser(
        prog="search_sessions",
        description="Sessions and click-through rates from search logs; without a log, from the sample.",
    )
    add = parser.add_argument
    add(
        "logs",
        nargs="*",
        metavar="LOG",
        help="a log in the UBI format, one JSON object a line, plain or gzip",
    )
    add("--gap", type=duration("minutes"), default=GAP, metavar="MINUTES", help="what ends a session (30)")
    add("--click", action="append", metavar="ACTION", help="an action that is a click (click and item_click)")
    add(
        "--max-delay",
        type=duration("seconds", least=0),
        metavar="SECONDS",
        help="read the log as a stream that is out of order by no more than this; else it is sorted whole",
    )
    add("--rejects", metavar="FILE", help="write every line that is rejected or late there, with the reason")
    return parser.parse_args(arguments)


def duration(unit: str, least: float = 0.001) -> Any:
    """Return the reader of an option that is a number of minutes or seconds."""

    def read(text: str) -> timedelta:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not least <= number <= MILLION:
            raise ArgumentTypeError(f"{text!r} is no number of {unit} from {least:g} to a million")
        return timedelta(**{unit: number})

    return read


def read_logs(options: Namespace) -> int:
    """Write a line for each search of the logs to standard output, and the account to standard error."""
    from tqdm import tqdm  # noqa: PLC0415 - the tutorial runs without it, and without what these need

    from search_sessions.inputs import LogInput  # noqa: PLC0415
    from search_sessions.outputs import FileLines, StdoutLines, search_line  # noqa: PLC0415
    from search_sessions.refused import RefusedToStderr, refused_lines  # noqa: PLC0415
    from search_sessions.ubi import CLICKS, read_line  # noqa: PLC0415

    total = sum(Path(log).stat().st_size for log in options.logs)
    bar = tqdm(total=total, unit="B", unit_scale=True, leave=False, disable=None, desc="reading")

    class WatchedFile(io.FileIO):
        """A file that moves the progress bar as it is read."""

        def readinto(self, buffer: Any) -> int | None:
            size = super().readinto(buffer)
            bar.update(size or 0)
            return size

    tally = Tally()
    source = OrderedInput(
        LogInput(options.logs, open_raw=WatchedFile),
        partial(read_line, clicks=frozenset(options.click or CLICKS)),
        options.max_delay,
        on_end=tally.take,
    )
    refused: Output = RefusedToStderr(partial(bar.write, file=sys.stderr))  # above the bar
    if options.rejects:
        refused = FileLines(options.rejects, refused_lines, options.logs)
    searches = StdoutLines(lambda summary: search_line(tally.count(summary)))
    gc.disable()  # the events hold no cycles, and the collector would look for them again and again
    run_main(
        search_flow(source, refused, searches, options.gap, event_clock(WAIT), tally.split),
        epoch_interval=NO_EPOCHS,
    )
    bar.close()
    if tally.lost:
        print(f"{tally.lost:,} events are late: the run stood still for more than {WAIT}.", file=sys.stderr)
    print(tally, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
