"""What several tests need: the parts of the package put together as its users put them."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from bytewax.dataflow import Dataflow
from bytewax.inputs import Input, PartitionedInput, StatefulSource
from bytewax.testing import TestingInput, TestingOutput, run_main
from bytewax.window import EventClockConfig, SessionWindow

from search_sessions.engine.clock import event_clock
from search_sessions.events import Event
from search_sessions.sessions import GAP, UserSession, add_event, user_event

if sys.platform != "win32":
    import fcntl

UTC = timezone.utc
WAIT = timedelta(minutes=90)
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
ROOT = Path(__file__).parent.parent


def at(minutes: float) -> datetime:
    """Return the time that many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def sessions_of(
    source: Input | Sequence[Event], gap: timedelta = GAP, clock: EventClockConfig | None = None
) -> list[UserSession]:
    """Return the sessions that the flow makes of events, one at a time, or of an input of lists of them."""
    found: list[UserSession] = []
    flow = Dataflow()
    if isinstance(source, Input):
        flow.input("events", source)
        flow.flat_map(lambda events: events)
    else:
        flow.input("events", TestingInput(source))
    flow.map(user_event)
    flow.fold_window("sessions", clock or event_clock(WAIT), SessionWindow(gap=gap), list, add_event)
    flow.output("sessions", TestingOutput(found))
    run_main(flow)
    return found


def query(client: str = "u1", time: Any = "2024-03-01T12:00:00Z", text: str = "dogs", **more: Any) -> bytes:
    """Return the line of a query record."""
    return json.dumps({"user_query": text, "client_id": client, "timestamp": time, **more}).encode()


def event(
    client: str = "u1", time: Any = "2024-03-01T12:00:00Z", action: str = "click", **more: Any
) -> bytes:
    """Return the line of an event record."""
    return json.dumps({"action_name": action, "client_id": client, "timestamp": time, **more}).encode()


def write_log(path: Path, *lines: bytes) -> str:
    """Write the lines to a file and return its path."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return str(path)


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run Python with the arguments, as a user would."""
    # A user's engine shows no Rust backtraces unless asked to.
    environment = {**os.environ, "RUST_BACKTRACE": "0", **options.pop("env", {})}
    command = [sys.executable, *arguments]
    with launcher_alone() if "bytewax.run" in arguments else nullcontext():
        return subprocess.run(
            command, capture_output=True, text=True, env=environment, check=False, **options
        )


@contextmanager
def launcher_alone() -> Iterator[None]:
    """Wait until no other test uses the engine's launcher: it always takes the ports from 2101 on."""
    if sys.platform == "win32":  # it has no such lock
        yield
        return
    with (Path(tempfile.gettempdir()) / f"bytewax-launcher-{os.getuid()}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def peak_of(*arguments: str, **options: Any) -> tuple[subprocess.CompletedProcess[str], int]:
    """Run the command line; return what it did, and the MiB of memory that it had at its peak.

    Only Linux says so in a file. What a process reports of itself begins with the size of its parent.
    """
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells the peak of a process in a file")
    program = (
        "import re, sys; from pathlib import Path; from search_sessions.__main__ import main\n"
        "status = main(sys.argv[2:]); said = Path('/proc/self/status').read_text()\n"
        "Path(sys.argv[1]).write_text(re.search(r'VmHWM:\\s+(\\d+)', said)[1]); sys.exit(status)"
    )
    with tempfile.TemporaryDirectory() as folder:
        peak = Path(folder) / "peak"
        done = run("-c", program, str(peak), *arguments, **options)
        return done, int(peak.read_text()) // 1024


def search_sessions(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    return run("-m", "search_sessions", *arguments, **options)


def read_all(source: StatefulSource) -> list[Any]:
    """Return all items of a source that ends, and close it, as the engine does; None was not there yet."""
    items = []
    while True:
        try:
            items.append(source.next())
        except StopIteration:
            source.close()
            return [item for item in items if item is not None]


def parsed(lines: str | bytes) -> list[dict[str, Any]]:
    """Return the lines of JSON as dictionaries with their times as datetimes, in an order of their own."""
    records = [json.loads(line) for line in lines.splitlines()]
    for record in records:
        for name in ("time", "session_start", "session_end"):
            record[name] = datetime.fromisoformat(record[name].replace("Z", "+00:00"))
    return in_order(records)


def in_order(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the records of searches in an order of their own, so that two sets of them compare."""
    return sorted(records, key=lambda record: (record["user"], record["time"], record["query"], str(record)))


class ListInput(PartitionedInput):
    """An input of one partition per list, which can be resumed; None is an item that is not there yet."""

    def __init__(self, **parts: Sequence[Any]) -> None:
        self._parts = parts

    def list_parts(self) -> set[str]:
        return set(self._parts)

    def build_part(self, for_part: str, resume_state: int | None) -> "ListSource":
        return ListSource(self._parts[for_part], resume_state or 0)


class ListSource(StatefulSource):
    def __init__(self, items: Sequence[Any], index: int) -> None:
        self._items = items
        self._index = index

    def next(self) -> Any:
        if self._index >= len(self._items):
            raise StopIteration
        self._index += 1
        return self._items[self._index - 1]

    def snapshot(self) -> int:
        return self._index
