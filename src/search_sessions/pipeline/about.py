"""What a recovery directory belongs to: the version and the settings of the run whose state it holds.

The state names the classes of this package, and holds sessions that were cut by a gap: another version, or a
run with other settings, must not go on from it. The wait and the epoch may change from run to run.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import msgspec

from search_sessions import __version__
from search_sessions.pipeline.settings import MILLION, Settings

ABOUT = "search-sessions.json"
FREE = {"wait_minutes", "recovery", "epoch_seconds"}
"""The settings that may be others when a run is resumed."""


class RecoveryError(Exception):
    """A recovery directory cannot be used; the message is a sentence that says why."""


class About(msgspec.Struct):
    """What the state of a run belongs to, in plain values.

    `shift_seconds` is how far the first run moved the times of a live stream.
    """

    version: str
    settings: dict[str, Any]
    inputs: list[str]
    outputs: list[str]
    shift_seconds: Annotated[float, msgspec.Meta(ge=0, le=MILLION * 60)]


def about_run(settings: Settings, inputs: Sequence[str], outputs: Sequence[str]) -> About:
    """Return what the state of a run belongs to."""
    plain_settings = {field.name: plain(getattr(settings, field.name)) for field in fields(Settings)}
    return About(__version__, plain_settings, list(inputs), list(outputs), settings.wait.total_seconds())


def plain(value: Any) -> Any:
    """Return a setting as it comes back from JSON."""
    return json.loads(json.dumps(value, default=list))


def read_about(directory: Path) -> About | None:
    """Return what the directory belongs to, or None if it is new."""
    try:
        return msgspec.convert(json.loads((directory / ABOUT).read_bytes()), About)
    except FileNotFoundError:
        if any(directory.glob("worker*.sqlite3")):
            raise RecoveryError(
                f"{directory} has state that search-sessions {__version__} did not write: name another."
            ) from None
        return None
    except ValueError:
        raise RecoveryError(f"{directory / ABOUT} is damaged: name a new directory.") from None


def compare(directory: Path, found: About, about: About) -> None:
    """Raise a sentence unless a run with these settings, inputs and outputs can go on from what was found."""
    if found.version != about.version:
        raise RecoveryError(
            f"{directory} is the state of version {found.version} of search-sessions, and this is version "
            f"{about.version}: go on with that version, or name a new directory."
        )
    pairs = [(name, found.settings.get(name), value) for name, value in about.settings.items()]
    pairs.append(("outputs", found.outputs, about.outputs))
    pairs.append(("inputs", found.inputs, about.inputs[: len(found.inputs)]))
    for name, before, now in pairs:
        if before != now and name not in FREE:
            raise RecoveryError(
                f"{directory} is the state of a run with {in_words(name, before)}, "
                f"not {in_words(name, now)}: go on as before, or name a new directory."
            )


def in_words(name: str, value: Any) -> str:
    """Return a setting as text.

    >>> in_words("gap_minutes", 30.0), in_words("inputs", ["a.log"]), in_words("max_delay_seconds", None)
    ('gap minutes 30.0', 'inputs a.log', 'no max delay seconds')
    """
    name = name.replace("_", " ")
    if value is None:
        return f"no {name}"
    return f"{name} {', '.join(map(str, value)) if isinstance(value, list) else value}"


def write_about(directory: Path, about: About) -> None:
    """Write the file in one step: it is there as a whole, or as it was."""
    new = directory / f"{ABOUT}.new"
    new.write_text(json.dumps(msgspec.to_builtins(about), indent=1) + "\n")
    os.replace(new, directory / ABOUT)  # noqa: PTH105 - in one step, whatever the system
