"""The tutorial in one file. It needs Python 3.10 or 3.11, and `pip install "bytewax==0.16.*"`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from operator import attrgetter

from bytewax.connectors.stdio import StdOutput
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput, run_main
from bytewax.window import EventClockConfig, SessionWindow


# 1. The data model.
@dataclass(slots=True)
class AppOpen:
    user: int
    time: datetime


@dataclass(slots=True)
class Search:
    user: int
    time: datetime
    query: str


@dataclass(slots=True)
class Results:
    user: int
    time: datetime
    items: tuple[str, ...]


@dataclass(slots=True)
class ClickResult:
    user: int
    time: datetime
    item: str


Event = AppOpen | Search | Results | ClickResult

# 2. The input.
START = datetime(2023, 5, 10, 9, 0, tzinfo=timezone.utc)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


SAMPLE: list[Event] = [
    AppOpen(user=1, time=at(0)),
    Search(user=1, time=at(1), query="dogs"),
    Results(user=1, time=at(1), items=("fido", "rover", "buddy")),
    ClickResult(user=1, time=at(2), item="rover"),
    AppOpen(user=2, time=at(3)),
    Search(user=2, time=at(4), query="cats"),
    Results(user=2, time=at(4), items=("felix", "tom", "kitty")),
    ClickResult(user=2, time=at(5), item="felix"),
    ClickResult(user=2, time=at(6), item="kitty"),
    Search(user=2, time=at(18), query="fruit"),
    Results(user=2, time=at(18), items=("apple", "pear")),
    AppOpen(user=1, time=at(45)),
]

# 3. Keys and session windows.
GAP = timedelta(minutes=30)


def user_event(event: Event) -> tuple[str, Event]:
    return str(event.user), event


def add_event(session: list[Event], event: Event) -> list[Event]:
    session.append(event)
    return session


# 4. Searches and their rates.
@dataclass(slots=True)
class SearchVisit:
    user: str
    search: Search
    clicks: list[ClickResult] = field(default_factory=list)


@dataclass(slots=True)
class SearchCTR:
    user: str
    query: str
    ctr: float


def split_searches(user_session: tuple[str, list[Event]]) -> list[SearchVisit]:
    user, session = user_session
    visits: list[SearchVisit] = []
    for event in session:
        if isinstance(event, Search):
            visits.append(SearchVisit(user, event))
        elif isinstance(event, ClickResult) and visits:
            visits[-1].clicks.append(event)
    return visits


def ctr(visit: SearchVisit) -> float:
    return 1.0 if visit.clicks else 0.0


def calc_ctr(visit: SearchVisit) -> SearchCTR:
    return SearchCTR(visit.user, visit.search.query, ctr(visit))


# 5. The dataflow.
clock = EventClockConfig(attrgetter("time"), wait_for_system_duration=timedelta(seconds=10))
window = SessionWindow(gap=GAP)

flow = Dataflow()
flow.input("events", TestingInput(SAMPLE))
flow.map(user_event)
flow.fold_window("sessions", clock, window, list, add_event)
flow.flat_map(split_searches)
flow.map(calc_ctr)
flow.output("searches", StdOutput())

if __name__ == "__main__":
    run_main(flow)
