"""What a run can be told, with a unit in every name, checked where it is made."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from search_sessions.engine.workers import MOST_WORKERS
from search_sessions.sessions import GAP

MILLISECOND_IN_MINUTES = 1 / 60_000
MILLION = 1_000_000
MOST_PROCESSES = 64
OTHER_FIELDS = {
    *("timestamp", "action_name", "user_query", "query_id", "event_attributes", "doc_ids"),
    *("query_response_hit_ids", "query_response_object_ids", "_source", "hits"),
}


FOR_COMMANDS = {"workers", "processes", "recovery", "epoch_seconds"}
"""The settings that say how a command runs the flow, not what the flow does."""


class SettingsError(ValueError):
    """A setting cannot be used; the message is a sentence that says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How events become sessions and searches: the same for logs, Kafka, the examples and your own code.

    The last four say how a command runs the flow: `search_flow` and `collect` do not read them.

    - `gap_minutes`: an event this long or longer after the user's last one starts a new session.
    - `wait_minutes`: how long the run may stall, or be down, before the engine would drop events; a live
      session ends that much later.
    - `max_delay_seconds`: how far out of order events may come, against the newest before them; None reads
      all of a finished log and sorts it.
    - `click_actions`: the actions of the log that are clicks.
    - `user_field`: the field of a record that tells users apart.
    - `ordinals_from`: what the ordinal of a click counts from, 0 or 1; None does not read it.
    - `workers`: how many threads the run has.
    - `processes`: how many processes share the users of a finished log.
    - `recovery`: a directory from which the run goes on after a crash; None keeps nothing.
    - `epoch_seconds`: how often a run with recovery saves its state: what a crash makes it do again.

    Raises:
        SettingsError: a setting cannot be used.

    """

    gap_minutes: float = GAP / timedelta(minutes=1)
    wait_minutes: float = 90.0
    max_delay_seconds: float | None = None
    click_actions: Collection[str] = ("click", "item_click")
    user_field: str = "client_id"
    ordinals_from: int | None = None
    workers: int = 1
    processes: int = 1
    recovery: str | None = None
    epoch_seconds: float = 10.0

    def __post_init__(self) -> None:
        """Check the settings."""
        check_number("gap", self.gap_minutes, "minutes", MILLISECOND_IN_MINUTES)
        check_number("wait", self.wait_minutes, "minutes", MILLISECOND_IN_MINUTES)
        check_number("epoch", self.epoch_seconds, "seconds", 0.001)
        if self.max_delay_seconds is not None:
            check_number("delay", self.max_delay_seconds, "seconds", 0)
        if isinstance(self.click_actions, str) or not isinstance(self.click_actions, Collection):
            raise SettingsError(f"The click actions must be a list of names, not {self.click_actions!r}.")
        if not isinstance(self.user_field, str) or not self.user_field or self.user_field in OTHER_FIELDS:
            raise SettingsError(f"The user field must be one that names a user, not {self.user_field!r}.")
        if self.user_field.encode(errors="replace").decode() != self.user_field:
            raise SettingsError(f"The user field must be a name in UTF-8, not {self.user_field!r}.")
        if self.recovery == "":
            raise SettingsError("The recovery directory must have a name.")
        if self.ordinals_from not in (None, 0, 1):
            raise SettingsError(f"Ordinals count from 0 or from 1, not from {self.ordinals_from!r}.")
        if not isinstance(self.workers, int) or not 1 <= self.workers <= MOST_WORKERS:
            raise SettingsError(f"The workers must be from 1 to {MOST_WORKERS}, not {self.workers!r}.")
        if not isinstance(self.processes, int) or not 1 <= self.processes <= MOST_PROCESSES:
            raise SettingsError(f"The processes must be from 1 to {MOST_PROCESSES}, not {self.processes!r}.")

    @property
    def gap(self) -> timedelta:
        """The gap that ends a session."""
        return timedelta(minutes=self.gap_minutes)

    @property
    def wait(self) -> timedelta:
        """How long the run may stall."""
        return timedelta(minutes=self.wait_minutes)

    @property
    def epoch(self) -> timedelta:
        """How often the state is saved."""
        return timedelta(seconds=self.epoch_seconds)

    @property
    def max_delay(self) -> timedelta | None:
        """How far out of order events may come."""
        return None if self.max_delay_seconds is None else timedelta(seconds=self.max_delay_seconds)


def launcher_settings(given: Mapping[str, Any], command: str) -> Settings:
    """Return the settings of a flow that the engine's launcher runs.

    Raises:
        SettingsError: one cannot be used, or is for a command.

    """
    if FOR_COMMANDS & set(given):
        raise SettingsError(
            f"Workers and the epoch are options of bytewax.run; for processes and recovery, run {command}."
        )
    return Settings(**given)


def check_number(name: str, value: float, unit: str, least: float) -> None:
    """Raise a sentence unless the value is a number of the unit, from the least to a million."""
    if not isinstance(value, int | float) or not least <= value <= MILLION:  # no number compares with nan
        bounds = "from 0 to a million" if least == 0 else "of at least a millisecond, and at most a million"
        raise SettingsError(f"The {name} must be a number of {unit} {bounds}, not {value!r}.")
