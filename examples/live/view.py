"""What the page shows now: one state for all browsers, bounded, in versions.

A browser is told what has changed since the version it has seen: all of it, if it has seen none. So who comes
late sees what the others see, and one that is slow gets fewer changes, not a queue of old ones.
"""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

LANES, MARKS, SESSIONS, SEARCHES = 8, 100, 12, 20
"""What is shown at most: the last users, of each the last marks and sessions, and searches of a session."""

HEARTBEAT = 0.5
"""Seconds until a browser is told the time at the latest, even if there is nothing new."""

Message = dict[str, Any]


@dataclass
class Lane:
    """What is shown of a user; `place` is which lane of the picture it is."""

    user: str
    place: int
    version: int = 0
    marks: list[list[Any]] = field(default_factory=list)
    sessions: list[Message] = field(default_factory=list)

    def add_event(self, mark: list[Any], gap: float) -> None:
        """Show an event, in the user's open session or, after the gap, in a new one."""
        self.marks = [*self.marks, mark][-MARKS:]
        moment = mark[0]
        last = self.sessions[-1] if self.sessions else None
        if last is None or last["ended"] or moment - last["end"] >= gap:
            last = self.session(moment)
        last.update(end=moment, events=last["events"] + 1)

    def add_late(self, mark: list[Any]) -> None:
        """Show an event that is in no session, since it is late."""
        self.marks = [*self.marks, [*mark, "late"]][-MARKS:]

    def session(self, start: int) -> Message:
        """Return the session that began then."""
        found = [session for session in self.sessions if session["start"] == start]
        if not found:
            found = [{"start": start, "end": start, "events": 0, "ended": False, "searches": []}]
            self.sessions = [*self.sessions, *found][-SESSIONS:]
        return found[0]


class View:
    """What the page shows now."""

    def __init__(self) -> None:
        self._version = self._run = 0
        self._changed = asyncio.Event()
        self.start()

    def start(self) -> None:
        """Show nothing yet: a run begins."""
        self._run += 1
        self._said: Message = {"first": 0, "start": 0, "speed": 0, "gap": 0, "wait": 0, "watermark": 0}
        self._lanes: dict[str, Lane] = {}  # the user who came longest ago is the first
        self._counts: Counter[str] = Counter()
        self._next_version()

    def take(self, message: Message) -> None:
        """Show what the flow tells."""
        match message:
            case {"events": events, "late": late, "counts": counts, "watermark": watermark}:
                self._counts.update(counts)
                self._said["watermark"] = watermark
                for user, *mark in events:
                    self._lane_of(user).add_event(mark, self._said["gap"])
                for user, *mark in late:
                    self._lane_of(user).add_late(mark)
            case {"session": [user, start, end, events]}:
                self._counts["sessions"] += 1
                self._shown_session(user, start).update(end=end, events=events, ended=True)
            case {"search": [user, start, query, ctr]}:
                self._counts.update(searches=1, clicked=int(ctr))
                searches = self._shown_session(user, start)["searches"]
                searches += [[query, ctr]] if len(searches) < SEARCHES else []
            case {"ended": sentence}:
                self._said |= {"ended": sentence, "now": self._now()}
            case _:  # how time runs
                self._said |= message
        self._next_version()

    async def change(self, seen: int) -> tuple[int, Message]:
        """Wait for news since a version, though not for long; return the version now, and the news."""
        if self._version == seen:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), HEARTBEAT)
        lanes = [lane for lane in self._lanes.values() if lane.version > seen]
        new = {"run": self._run, "now": self._now(), **self._said, "counts": self._counts}
        return self._version, {**new, "users": list(self._lanes), "lanes": lanes}

    def _now(self) -> float:
        """Return the time of the log now."""
        passed = time.time() * 1000 - self._said["start"]
        return float(self._said["first"] + passed * self._said["speed"])

    def _lane_of(self, user: str) -> Lane:
        """Return the lane of a user who has come just now: if need be, that of the one longest ago."""
        lane = self._lanes.pop(user, None)
        if lane is None:
            free = set(range(LANES)) - {lane.place for lane in self._lanes.values()}
            place = min(free) if free else self._lanes.pop(next(iter(self._lanes))).place
            lane = Lane(user, place)
        self._lanes[user] = lane
        lane.version = self._version + 1
        return lane

    def _shown_session(self, user: str, start: int) -> Message:
        """Return a session to be changed: a new one, which is not shown, if its user is not."""
        lane = self._lanes.get(user, Lane(user, 0))
        lane.version = self._version + 1
        return lane.session(start)

    def _next_version(self) -> None:
        self._version += 1
        self._changed.set()
        self._changed = asyncio.Event()
