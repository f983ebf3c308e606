"""What Bytewax 0.16.2 does, as far as the code or the README relies on it: an upgrade that differs shows.

The docstring of each test is the sentence that it protects.
"""

import random
import re
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from operator import attrgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bytewax.connectors.files import FileInput
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput, TestingOutput, run_main
from bytewax.window import EventClockConfig, SessionWindow

from helpers import NOON, ROOT, at, read_all, run, sessions_of
from search_sessions.engine.clock import REPLAY_SHIFT, event_clock
from search_sessions.events import Activity, Event
from search_sessions.sessions import add_event, user_event

GAP = timedelta(minutes=5)


def arriving(*minutes: float, wait: timedelta) -> list[list[float]]:
    """Return the sessions, as minutes, of one user's events in that order of arrival."""
    clock = EventClockConfig(attrgetter("time"), wait)
    events: list[Event] = [Activity("u", at(minute)) for minute in minutes]
    found = sessions_of(events, GAP, clock)
    return [[(event.time - NOON) / timedelta(minutes=1) for event in session] for _, session in found]


A_DAY = timedelta(days=1)


def test_an_event_before_the_start_of_an_open_session_loses_what_was_in_it() -> None:
    """Where an event out of order makes two sessions one, the engine keeps the events of one of them."""
    assert arriving(1, 0, 2, wait=A_DAY) == [[0, 2]]


def test_a_bridging_event_that_comes_last_loses_one_of_the_sessions_that_it_joins() -> None:
    """Where the event that joins two sessions comes last, the engine loses the later of them."""
    assert arriving(0, 6, 3, wait=A_DAY) == [[0, 3]]


def test_of_reversed_arrival_the_engine_keeps_the_last_event_of_each_session() -> None:
    """Of events that come newest first, the engine keeps the oldest of each session."""
    assert arriving(102, 101, 100, 2, 1, 0, wait=A_DAY) == [[0], [100]]


def test_of_shuffled_arrival_the_engine_loses_events_while_the_number_of_sessions_stays_right() -> None:
    """Of shuffled events the engine loses some, and the number of sessions does not show it."""
    minutes = [100 * session + event for session in range(10) for event in range(0, 40, 4)]
    random.Random(1).shuffle(minutes)  # noqa: S311 - a fixed seed, not a secret
    found = arriving(*minutes, wait=A_DAY)
    assert len(found) == 10
    assert sum(map(len, found)) < len(minutes) == 100


def test_sessions_before_1970_are_sessions() -> None:
    """Times before 1970 are times like any other, with a shifted clock, too."""
    begin = datetime(1912, 6, 23, tzinfo=timezone.utc)
    events: list[Event] = [Activity("u", begin + timedelta(minutes=minute)) for minute in (0, 4, 9, 10)]
    for clock in (event_clock(A_DAY), EventClockConfig(attrgetter("time"), A_DAY)):
        assert sorted(len(session) for _, session in sessions_of(events, GAP, clock)) == [2, 2]


def test_disorder_within_a_session_that_has_begun_is_safe() -> None:
    """Events out of order within a session that has begun are all kept."""
    assert arriving(0, 2, 1, 3, wait=A_DAY) == [[0, 2, 1, 3]]


def test_without_a_wait_events_of_one_moment_are_late() -> None:
    """With a wait of zero, of several events of one moment only the first is kept."""
    assert arriving(0, 0, 0, wait=timedelta(0)) == [[0]]
    assert arriving(0, 0, 0, wait=A_DAY) == [[0, 0, 0]]


def test_a_stall_longer_than_the_wait_loses_events() -> None:
    """A user's clock runs on with the wall clock: what is behind it after a stall is dropped."""

    def stalled() -> Iterator[list[Event]]:
        yield [Activity("u", at(0))]
        time.sleep(0.5)
        yield [Activity("u", at(0) + timedelta(milliseconds=1))]

    for wait, kept in ((0.2, 1), (3600, 2)):
        clock = EventClockConfig(attrgetter("time"), timedelta(seconds=wait))
        [(_, session)] = sessions_of(TestingInput(stalled()), GAP, clock)
        assert len(session) == kept


def test_a_users_clock_keeps_the_least_lag_of_all_its_events() -> None:
    """An event is dropped if its lag exceeds the least lag of its user, not just the last, by the wait."""

    def lagging(*minutes: float) -> list[list[Event]]:
        now = datetime.now(timezone.utc)
        return [[Activity("u", now - timedelta(minutes=minute))] for minute in minutes]

    clock = EventClockConfig(attrgetter("time"), timedelta(minutes=10))
    [(_, session)] = sessions_of(TestingInput(lagging(60, 0, 4, 8, 12)), A_DAY, clock)
    assert len(session) == 4


def test_one_event_from_the_future_makes_those_after_it_late() -> None:
    """One event from the far future makes all later events of its user late."""
    assert arriving(0, 10_000_000, 1, 2, wait=timedelta(hours=1)) == [[0], [10_000_000]]


def test_clocks_are_per_user() -> None:
    """No user's events make those of another late, or close their sessions."""
    events: list[Event] = [Activity("a", at(0)), Activity("b", at(10_000)), Activity("a", at(1))]
    assert sorted(len(session) for _, session in sessions_of(events, GAP)) == [1, 2]


def test_a_session_closes_when_its_user_returns_after_gap_and_wait() -> None:
    """A session ends when its user returns after the gap and the wait, any other at the end of the input."""
    wait = timedelta(minutes=1)
    events: list[Event] = [
        Activity("a", at(0)),
        Activity("b", at(1)),
        Activity("b", at(7)),
        Activity("a", at(90)),
    ]
    clock = EventClockConfig(attrgetter("time"), wait)
    found = [(user, len(session)) for user, session in sessions_of(events, GAP, clock)]
    assert found[:2] == [("b", 1), ("a", 1)]


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=1)), ZoneInfo("UTC")], ids=str)
def test_times_must_be_in_timezone_utc(zone: Any) -> None:
    """The engine takes `datetime.timezone.utc` and no other zone, not even another that is UTC."""
    when = repr(datetime(2024, 3, 1, tzinfo=zone)).replace("zoneinfo.", "")
    code = (
        "import datetime; from zoneinfo import ZoneInfo; from helpers import sessions_of;"
        f"from search_sessions.events import Activity; sessions_of([Activity('u', {when})])"
    )
    done = run("-c", code, env={"PYTHONPATH": str(ROOT / "tests")})
    assert done.returncode == 1
    assert "timezone.utc" in done.stderr or "tzinfo" in done.stderr


def test_keys_must_be_strings() -> None:
    """The key that a window groups by must be a string."""
    code = (
        "from search_sessions import dataflow, sessions; from bytewax.dataflow import Dataflow;"
        "from bytewax.testing import TestingInput, TestingOutput, run_main;"
        "flow = Dataflow(); flow.input('i', TestingInput(dataflow.SAMPLE));"
        "flow.map(lambda event: (event.user, event));"
        "flow.fold_window('s', dataflow.clock, dataflow.window, list, sessions.add_event);"
        "flow.output('o', TestingOutput([])); run_main(flow)"
    )
    done = run("-c", code)
    assert done.returncode == 1
    assert "str" in done.stderr


def test_the_engines_own_file_input_stops_at_a_blank_line(tmp_path: Path) -> None:
    """The engine's `FileInput` takes the first blank line for the end of the file."""
    path = tmp_path / "a.log"
    path.write_text("one\n\ntwo\n")
    source = FileInput(path).build_part(str(path), None)
    assert read_all(source) == ["one"]


def test_the_engine_has_no_wheel_for_python_3_12() -> None:
    """Bytewax 0.16 runs on CPython up to 3.11, and on no later one."""
    assert sys.version_info[:2] in {(3, 10), (3, 11)}


def test_a_shifted_clock_gives_the_same_sessions() -> None:
    """Times that are all moved alike compare as before: the sessions are the same."""
    events: list[Event] = [Activity("ab"[n % 2], at(n * n)) for n in range(20)]
    plain = EventClockConfig(attrgetter("time"), A_DAY)
    for shift in (A_DAY, REPLAY_SHIFT):
        shifted = sessions_of(events, GAP, event_clock(A_DAY, shift))
        assert sorted(shifted, key=str) == sorted(sessions_of(events, GAP, plain), key=str)


def test_the_engine_prints_every_pair() -> None:
    """At a step that groups, the engine makes the printed form of each pair, though there is no error."""
    printed = []

    class Spy(tuple[str, Event]):
        __slots__ = ()

        def __repr__(self) -> str:
            printed.append(self[0])
            return "Spy"

    flow = Dataflow()
    flow.input("pairs", TestingInput([Spy(("u", Activity("u", at(0)))), Spy(("u", Activity("u", at(1))))]))
    clock = EventClockConfig(attrgetter("time"), A_DAY)
    flow.fold_window("sessions", clock, SessionWindow(gap=GAP), list, add_event)
    flow.output("sessions", TestingOutput([]))
    run_main(flow)
    assert printed == ["u", "u"]


def test_the_engine_pickles_what_an_epoch_touched() -> None:
    """At the end of an epoch, the sessions that it touched are pickled, though nothing keeps the pickles."""
    pickled = []

    class Spy(list[Event]):
        def __reduce__(self) -> tuple[Any, ...]:
            pickled.append(len(self))
            return (list, ())

    flow = Dataflow()
    flow.input("events", TestingInput([Activity("u", at(0)), Activity("u", at(1))]))
    flow.map(user_event)
    clock = EventClockConfig(attrgetter("time"), A_DAY)
    flow.fold_window("sessions", clock, SessionWindow(gap=GAP), Spy, add_event)
    flow.output("sessions", TestingOutput([]))
    run_main(flow, epoch_interval=timedelta(0))
    assert 1 in pickled


STEP_FAILS = """
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput, TestingOutput{more}
flow = Dataflow()
flow.input("numbers", TestingInput([1, 0]))
flow.map(lambda number: 1 / number)
flow.output("out", TestingOutput([]))
{run}
"""


def test_an_exception_in_a_step_is_a_panic_and_may_end_with_status_0(tmp_path: Path) -> None:
    """An exception in a step is printed beneath a panic; with two workers, the run ends with status 0."""
    one = run("-c", STEP_FAILS.format(more=", run_main", run="run_main(flow)"))
    assert (one.returncode, "panicked" in one.stderr) == (1, True)
    (tmp_path / "fails.py").write_text(STEP_FAILS.format(more="", run=""))
    two = run("-m", "bytewax.run", "fails:flow", "-w", "2", cwd=tmp_path)
    assert (two.returncode, "ZeroDivisionError" in two.stderr) == (0, True)


SPREAD = """
from datetime import datetime
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingOutput, cluster_main
from helpers import ListInput
found = []
flow = Dataflow()
flow.input("numbers", ListInput({parts}))
flow.map(lambda number: ("all", number))
flow.stateful_map("in order", list, lambda seen, number: ([*seen, number], number))
flow.output("out", TestingOutput(found))
cluster_main(flow, [], 0, worker_count_per_proc=2)
print([number for _, number in found] == list(range(5_000)))
"""


def test_a_worker_with_too_few_partitions_gets_a_users_events_in_no_order() -> None:
    """With two workers and one partition, the items of the partition lose their order."""
    done = run("-c", SPREAD.format(parts="one=range(5_000)"), env={"PYTHONPATH": str(ROOT / "tests")})
    assert done.stdout == "False\n"


def test_each_module_of_the_engine_room_names_tests_that_exist() -> None:
    """A workaround names the test that pins its reason."""
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    for path in (ROOT / "src" / "search_sessions" / "engine").glob("[!_]*.py"):
        named = re.findall(r"`(test_\w+)`", path.read_text().split('"""')[1])
        assert named, path
        assert [name for name in named if f"def {name}(" not in tests] == []
