"""The settings as options of a command, with one text for each."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields
from typing import Any

from search_sessions.pipeline.printing import prepare_printing
from search_sessions.pipeline.settings import Settings, SettingsError


def add_settings(parser: ArgumentParser, **defaults: Any) -> None:
    """Add the options that say how a log is read. One that is not given is None.

    `defaults` are the settings whose default in this program, named in the help, is another than everywhere.
    """
    default = Settings(**defaults)
    delay = default.max_delay_seconds
    no_delay = "; without it, a log is sorted whole" if delay is None else f" ({delay:g})"
    add = parser.add_argument
    add("--gap", dest="gap_minutes", type=float, metavar="MINUTES", help="what ends a session (30)")
    add(
        "--click",
        dest="click_actions",
        action="append",
        metavar="ACTION",
        help="an action that is a click, instead of `click` and `item_click`; may be repeated",
    )
    add("--user", dest="user_field", metavar="FIELD", help="the field that tells users apart (client_id)")
    add(
        "--ordinals-from",
        dest="ordinals_from",
        type=int,
        choices=(0, 1),
        help="what the ordinal of a click counts from; it is the rank where no list of results tells it",
    )
    add(
        "--max-delay",
        dest="max_delay_seconds",
        type=float,
        metavar="SECONDS",
        help=f"how far out of order events may come{no_delay}",
    )
    add(
        "--wait",
        dest="wait_minutes",
        type=float,
        metavar="MINUTES",
        help=f"how long the run may stall, or be down, without losing events ({default.wait_minutes:g})",
    )


def add_running(parser: ArgumentParser, **defaults: Any) -> None:
    """Add the options that say how a run is run; `defaults` are as in `add_settings`."""
    default = Settings(**defaults)
    add = parser.add_argument
    add("--recovery", metavar="DIR", help="keep there what it takes to go on after a crash")
    add(
        "--epoch",
        dest="epoch_seconds",
        type=float,
        metavar="SECONDS",
        help=f"how often to save that: what a crash makes the run do again ({default.epoch_seconds:g})",
    )
    add("--workers", type=int, metavar="N", help="how many threads to use, from 1 to 8 (1)")


def settings_from(options: Namespace, **defaults: Any) -> Settings:
    """Return the settings that the options give.

    Raises:
        SettingsError: an option cannot be used.

    """
    given = {name: value for name, value in vars(options).items() if value is not None}
    names = {field.name for field in fields(Settings)}
    return Settings(**{name: value for name, value in (defaults | given).items() if name in names})


def parse_settings(parser: ArgumentParser) -> tuple[Namespace, Settings]:
    """Return the options of a program, and its settings; where one cannot be used, end with a sentence.

    From here on, the program ends with a sentence where its output fails, and without a word where the reader
    of it, such as `head`, is gone.
    """
    prepare_printing()
    add_settings(parser)
    options = parser.parse_args()
    try:
        return options, settings_from(options)
    except SettingsError as error:
        parser.error(str(error))
