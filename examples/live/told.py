"""A report that tells what it is shown: in lines of JSON, in the log's time, on standard output."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from bytewax.outputs import DynamicOutput, StatelessSink
from replay import Clock

from search_sessions.engine.stop import stop_at_stdout
from search_sessions.events import Event
from search_sessions.formats.json_lines import json_line
from search_sessions.formats.outcomes import Outcome
from search_sessions.metrics.search import SearchSummary
from search_sessions.pipeline.records import Batch
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import Settings
from search_sessions.sessions import UserSession

SHOWN = 200
"""Events of a batch that are told one by one, and letters of a text: the page has no room for more."""


class Told(RunReport):
    """A report that tells what the source hands on and keeps out, and what comes out of the flow."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        super().__init__()
        self._clock = clock
        self._delay = milliseconds_in(settings.max_delay or timedelta())
        self._watermark = 0

    def read(self, item: list[Outcome]) -> list[Outcome]:
        """Note before which time an event is late from now on; an item is one outcome, in a list."""
        for event in until_now(item):
            self._watermark = max(self._watermark, self._logged(event.time) - self._delay)
        return item

    def tell_batch(self, part_batch: tuple[str, Batch]) -> None:
        """Tell what the source hands on, and what it keeps out."""
        events, letters = part_batch[1]
        late = [event for item, reason in letters if reason.startswith("Late ") for event in item]
        if events:
            self._watermark = max(self._watermark, self._logged(events[-1].time))
        tell(
            events=[self._mark(event) for event in events[-SHOWN:]],
            late=[self._mark(event) for event in late[-SHOWN:]],
            counts={"events": len(events), "late": len(late), "rejected": len(letters) - len(late)},
            watermark=self._watermark,
        )

    def count_session(self, user_session: UserSession, searches: Sequence[SearchSummary]) -> None:
        """Count a session that has ended, and tell it."""
        super().count_session(user_session, searches)
        user, events = user_session
        tell(session=[user, self._logged(events[0].time), self._logged(events[-1].time), len(events)])

    def tell_searches(self, user_searches: tuple[str, Sequence[SearchSummary]]) -> None:
        """Tell the searches of a session that has ended."""
        for search in user_searches[1]:
            start = self._logged(search.session_start)
            tell(search=[search.user, start, search.query[:SHOWN], search.ctr])

    def _mark(self, event: Event) -> tuple[str, int, str, str]:
        about = getattr(event, "query", None) or getattr(event, "item", None) or ""
        return str(event.user), self._logged(event.time), type(event).__name__, str(about)[:SHOWN]

    def _logged(self, moment: datetime) -> int:
        return milliseconds(self._clock.as_logged(moment))


class TellingOutput(DynamicOutput):
    """An output that tells each item."""

    def __init__(self, tell_item: Callable[[Any], None]) -> None:
        self._tell_item = tell_item

    def build(self, worker_index: int, worker_count: int) -> "TellingSink":  # noqa: ARG002
        """Build the worker's sink."""
        return TellingSink(self._tell_item)


class TellingSink(StatelessSink):
    """Tells each item."""

    def __init__(self, tell_item: Callable[[Any], None]) -> None:
        self._tell_item = tell_item

    def write(self, item: Any) -> None:
        """Tell an item."""
        self._tell_item(item)


def until_now(outcomes: list[Outcome]) -> list[Event]:
    """Return the events, less those from the future, which belong on no picture of now."""
    now = datetime.now(timezone.utc)
    return [event for event in outcomes if isinstance(event, Event) and event.time <= now]


def milliseconds(moment: datetime) -> int:
    """Return a time as a page's script has it."""
    return round(moment.timestamp() * 1000)


def milliseconds_in(span: timedelta) -> int:
    """Return a span of time as a page's script has it."""
    return round(span.total_seconds() * 1000)


def tell(**message: Any) -> None:
    """Say something in a line of JSON; end the process where nobody can take it."""
    try:
        sys.stdout.buffer.write(json_line(message))
        sys.stdout.buffer.flush()
    except OSError as error:
        stop_at_stdout(error)
