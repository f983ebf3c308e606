"""The command line: `python -m search_sessions` runs the tutorial; with a LOG, it reads logs."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word, while it imports too

import io
import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from contextlib import redirect_stdout

from bytewax.testing import run_main

from search_sessions import __version__
from search_sessions.dataflow import flow
from search_sessions.engine.run import end_quietly_by_signal
from search_sessions.engine.stop import say, stop_at_stdout
from search_sessions.pipeline.options import add_running, add_settings, settings_from
from search_sessions.pipeline.settings import Settings, SettingsError
from search_sessions.steps import pass_over, print_step, tutorial_flow

EXAMPLE = """\
Without a LOG, the tutorial runs on its sample and prints a line for each search. With one, a line of JSON for
each search goes to standard output, and an account of all lines to standard error. For example:

  python -m search_sessions search.ndjson --gap 20 --rejects rejects.ndjson > searches.ndjson
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the tutorial, or read logs; return the exit status."""
    open_missing_streams()
    parser = make_parser()
    options = parser.parse_args(arguments)
    try:
        settings = settings_from(options)
    except SettingsError as error:
        parser.error(str(error))
    end_quietly_by_signal()
    if sys.stdout is None and options.out is None:
        say("Standard output is closed.")
        return 1
    if options.logs and options.steps:
        parser.error("--steps shows the tutorial: it takes no LOG.")
    if options.logs:
        return run_logs(options, settings)
    for option, value in log_options(options).items():
        if value is not None:
            parser.error(f"{option} needs a LOG.")
    return run_tutorial(options, settings)


def open_missing_streams() -> None:
    """Put the null device in the place of a closed standard stream, which a file would take otherwise."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115


def make_parser() -> ArgumentParser:
    """Return the parser of the command line."""
    parser = ArgumentParser(
        prog="python -m search_sessions",
        description="Sessions and click-through rates from the log of a search engine.",
        epilog=EXAMPLE,
        formatter_class=RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("logs", nargs="*", metavar="LOG", help="a log in the UBI format, one record a line, plain or gzip")
    add("--version", action="version", version=f"search-sessions {__version__}")
    add("--steps", action="store_true", help="tutorial: print what each step hands on")
    add_settings(parser)
    add("--out", metavar="FILE", help="write the searches there, instead of to standard output")
    add("--rejects", metavar="FILE", help="write every line that is rejected or late there, with the reason")
    add_running(parser)
    add("--processes", type=int, metavar="N", help="how many processes share the users of the log (1)")
    return parser


def log_options(options: Namespace) -> dict[str, object]:
    """Return the values of the options that mean something for a log alone."""
    return {
        "--click": options.click_actions,
        "--user": options.user_field,
        "--ordinals-from": options.ordinals_from,
        "--max-delay": options.max_delay_seconds,
        "--wait": options.wait_minutes,
        "--out": options.out,
        "--rejects": options.rejects,
        "--recovery": options.recovery,
        "--epoch": options.epoch_seconds,
        "--workers": options.workers,
        "--processes": options.processes,
    }


def run_tutorial(options: Namespace, settings: Settings) -> int:
    """Run `dataflow.flow`, or the same steps with another gap or with what each of them hands on."""
    other = options.steps or options.gap_minutes is not None
    asked = tutorial_flow(settings.gap, print_step if options.steps else pass_over) if other else flow
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):  # an error of the real one would be a panic of the engine
            run_main(asked)
    finally:
        try:
            print(printed.getvalue(), end="", flush=True)
        except OSError as error:
            stop_at_stdout(error)
    return 0


def run_logs(options: Namespace, settings: Settings) -> int:
    """Read the logs."""
    try:
        from search_sessions.logs.command import read_logs  # noqa: PLC0415 - the tutorial runs without it
        from search_sessions.logs.files import Files  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        say(f"Logs need {error.name}: pip install '.[logs]' in the checkout.")
        return 2
    return read_logs(Files(options.logs, options.out, options.rejects), settings)


if __name__ == "__main__":
    sys.exit(main())
