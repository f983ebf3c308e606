"""What a reader noticed: hints for a log that has no clicks, or another field for its users."""

from collections import Counter
from typing import Any

USER_FIELDS = ("client_id", "user_id", "session_id")
"""The fields of the schema that may name a user."""

SHOWN = 10
"""Actions that a hint names, at most."""


class Tally:
    """Counts what takes part in no session or click, for a word about it at the end of a run."""

    def __init__(self, user_field: str) -> None:
        self.clicked = False
        self.actions: Counter[str] = Counter()  # that were not clicks, as long as nothing was clicked
        self._user_field = user_field
        self.without_user = 0
        self.fields: Counter[str] = Counter()  # of the records without a user

    def count_without_user(self, record: dict[str, Any]) -> None:
        """Count a record that lacks the user's field, and the fields that it has instead."""
        self.without_user += 1
        self.fields.update(name for name in USER_FIELDS if record.get(name))

    def add(self, other: "Tally") -> None:
        """Add what another reader of the same log has noticed."""
        self.clicked = self.clicked or other.clicked
        self.actions += other.actions
        self.without_user += other.without_user
        self.fields += other.fields

    def hints(self, records: int) -> list[str]:
        """Return a sentence for each thing that the user may want to set, after so many records."""
        hints = []
        if 2 * self.without_user > records:
            hints.append(self._user_hint(records))
        if self.actions and not self.clicked:
            actions = ", ".join(f"{name} {count:,}" for name, count in self.actions.most_common(SHOWN))
            hints.append(f"No clicks: actions were {actions}; see --click.")
        return hints

    def _user_hint(self, records: int) -> str:
        lack = f"{self.without_user:,} of {records:,} records have no `{self._user_field}`"
        if not self.fields:
            return f"{lack}, and no other field that names a user: see --user."
        have = ", ".join(f"`{name}` {count:,}" for name, count in self.fields.most_common())
        return f"{lack}; of these have {have}: see --user."
