"""Sessions that are counted while they are open, for a run that has no end.

The engine does not say how many sessions it holds, and a resumed run takes over those of the run before. So
a session is a list that counts itself where it is made: at its first event, or from the recovery store.
"""

from threading import Lock
from typing import ClassVar

from search_sessions.events import Event


class OpenSession(list[Event]):
    """The events of a session; `OpenSession.begun` says how many there have been in this process."""

    __slots__ = ()
    begun: ClassVar[int] = 0
    _lock: ClassVar[Lock] = Lock()

    def __new__(cls) -> "OpenSession":  # noqa: PYI034 - Self came with Python 3.11
        """Count the session, and start it without events; the engine's store fills it with what it kept."""
        with cls._lock:
            cls.begun += 1
        return super().__new__(cls)
