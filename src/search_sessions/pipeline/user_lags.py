"""The least lag of each user's events, for as long as the engine has a clock for the user.

The engine's clock of a user keeps the least lag of all events that it has met, until the user's last session
has ended. So the recent past alone does not tell what the engine would drop: a user who was never quiet for
the gap and the wait has a clock from long ago. Any other user's old lag must not count, or a run would stop
whose lag has grown slowly, over days. So users are told apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from itertools import chain

from search_sessions.events import Event

UNKNOWN = timedelta.max
"""The least lag of a user who has no clock."""

EVERYBODY = "everybody"
"""The name of all users, where they are taken for one."""

NEVER = datetime.max.replace(tzinfo=timezone.utc)


class UserLags:
    """Remembers a user for a time of `memory` after the last event, or somewhat longer.

    Without `memory`, nobody is forgotten, and all users are taken for one. `others` is the least lag of the
    users of an earlier run: it has kept no names.
    """

    def __init__(self, memory: timedelta | None, others: timedelta = UNKNOWN) -> None:
        self._memory = memory
        self._others = others
        self._recent: dict[str, timedelta] = {}
        self._before: dict[str, timedelta] = {}
        self._begin: datetime | None = None  # of the recent time

    def least(self) -> timedelta:
        """Return the least lag of all users."""
        return min(chain(self._recent.values(), self._before.values(), [self._others]))

    def first_times(self, events: Sequence[Event]) -> dict[str, datetime]:
        """Return the time of each user's first event, of events in order of time."""
        if self._memory is None:
            return {EVERYBODY: events[0].time}
        return {str(event.user): event.time for event in reversed(events)}

    def due(self, first_times: Mapping[str, datetime]) -> datetime:
        """Return when the first of the events would have been handed on, had no user's lag grown.

        The engine drops an event that it meets later than this by more than the wait.
        """
        first = first_times.items()
        known = [(time, least) for user, time in first if (least := self._least_of(user)) < UNKNOWN]
        return min((time + least for time, least in known), default=NEVER)

    def note(self, users: Iterable[str], lag: timedelta, now: datetime) -> None:
        """Remember that events of these users are handed on now, the newest with this lag."""
        least = {user: min(lag, self._least_of(user)) for user in users}
        if self._begin is None:
            self._begin = now
        if self._memory is not None and now - self._begin > self._memory:
            self._before, self._recent, self._others, self._begin = self._recent, {}, UNKNOWN, now
        self._recent.update(least)

    def _least_of(self, user: str) -> timedelta:
        return self._recent.get(user, self._before.get(user, self._others))
