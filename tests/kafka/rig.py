"""A Kafka with topics of a test's own, and the pipelines that the test runs on them."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from threading import Timer
from typing import Any

from broker import make_topics
from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, Producer, TopicPartition

import plain
from helpers import launcher_alone
from search_sessions.engine.store import stored_states

GAP, WAIT, MAX_DELAY = 1.0, 5.0, 0.5  # seconds
LIMIT = 60.0  # seconds that a test waits for what must come: far longer than it takes
Record = dict[str, Any]
numbers = count()


def query(user: str, number: int, age: float = 0.0) -> Record:
    """Return a record of now, or of so many seconds ago."""
    time = (datetime.now(timezone.utc) - timedelta(seconds=age)).isoformat()
    return {"client_id": user, "timestamp": time, "user_query": f"q{number}", "query_id": f"{user}-{number}"}


class Kafka:
    """A cluster with topics of a test's own, and the pipelines that the test runs on them."""

    def __init__(self, address: str, broker: subprocess.Popen[bytes] | None, stack: ExitStack) -> None:
        self.address, self.broker, self.stack = address, broker, stack
        self.sent: list[bytes] = []
        self.topic, self.searches, self.dead_letters = "ubi", "searches", "dead-letters"

    def make_topics(self, partitions: int) -> None:
        number = next(numbers)
        self.topic, self.searches, self.dead_letters = (f"{n}{number}" for n in ("ubi", "searches", "dead"))
        self.producer = Producer({"bootstrap.servers": self.address, "log_level": 0})
        self.create({self.topic: partitions, self.searches: 1, self.dead_letters: 1})

    def create(self, topics: dict[str, int]) -> None:
        make_topics(self.address, topics)

    def send(self, *records: Record | bytes, key: str | None = None) -> None:
        """Send records, keyed by their user, and what is none as it is."""
        for record in records:
            is_record = isinstance(record, dict)
            text = json.dumps(record).encode() if isinstance(record, dict) else record
            user = record["client_id"] if isinstance(record, dict) else "nobody"
            self.producer.produce(self.topic, text, (key or user).encode())
            if is_record:
                self.sent.append(text)
        assert self.producer.flush(LIMIT) == 0

    def command(self, *options: str, gap: float = GAP, wait: float = WAIT) -> list[str]:
        """Return the command that runs the flow; gap and wait are in seconds."""
        command = [sys.executable, "-m", "search_sessions.kafka", "--brokers", self.address]
        command += ["--topic", self.topic, "--searches", self.searches, "--dead-letters", self.dead_letters]
        command += ["--gap", str(gap / 60), "--wait", str(wait / 60), "--max-delay", str(MAX_DELAY)]
        return [*command, *options]

    def engine_command(self, *options: str, gap: float = GAP, wait: float = WAIT) -> list[str]:
        """Return the command that has the engine's own runner run the flow."""
        flow = (
            f"search_sessions.kafka.flow:kafka_flow({self.address!r}, {self.topic!r}, {self.searches!r}, "
            f"{self.dead_letters!r}, gap_minutes={gap / 60}, wait_minutes={wait / 60}, "
            f"max_delay_seconds={MAX_DELAY})"
        )
        return [sys.executable, "-m", "bytewax.run", flow, *options]

    def start(self, command: list[str]) -> subprocess.Popen[str]:
        """Start a command in the background; the end of the test kills it, with all it started."""
        if "bytewax.run" in command:
            self.stack.enter_context(launcher_alone())
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.stack.enter_context(process)  # waits for it, and closes its pipe
        self.stack.callback(kill_all, process.pid)
        return process

    def run(self, *options: str, gap: float = GAP, wait: float = WAIT) -> subprocess.Popen[str]:
        return self.start(self.command(*options, gap=gap, wait=wait))

    def messages(self, topic: str) -> Iterator[Message | None]:
        """Read a topic from its start, without end; None while nothing comes."""
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": "test", "log_level": 0})
        parts = consumer.list_topics(topic, LIMIT).topics[topic].partitions
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in parts])
        try:
            while True:
                message = consumer.poll(0.1)
                yield message if message is not None and message.error() is None else None
        finally:
            consumer.close()

    def read(self, topic: str, done: Callable[[list[Message]], bool]) -> list[Message]:
        """Read a topic until it is done."""
        found: list[Message] = []
        until = time.monotonic() + LIMIT
        for message in self.messages(topic):
            if message is not None:
                found.append(message)
            if done(found) or time.monotonic() > until:
                break
        return found

    def assert_plain(self, gap: float = GAP) -> list[Message]:
        """Wait until the topic has a line for each search; compare with what plain Python finds."""
        found = plain.searches(self.sent, timedelta(seconds=gap))
        expected = {canonical(plain.line_of(search)) for search in found}
        messages = self.read(self.searches, lambda found: len(lines(found)) >= len(expected))
        assert expected == lines(messages)
        return messages

    def wait_until_saved(self, store: Path, offset: int) -> None:
        """Wait until a run has saved that the topic's first partition was read up to an offset."""
        until = time.monotonic() + LIMIT
        saved = 0
        while saved < offset:
            assert time.monotonic() < until
            time.sleep(0.1)
            with suppress(sqlite3.OperationalError):  # the tables are made later, or are in use
                state = stored_states(store, "events").get(f"{self.topic}[0]")
                saved = state.position or 0 if state else 0

    def stored_lag(self, store: Path) -> float:
        """Return the seconds that a run was behind at the least: on a busy machine, these count as well."""
        lag = stored_states(store, "events")[f"{self.topic}[0]"].lag
        return float(lag.least.total_seconds()) if lag else 0.0


class MockKafka(Kafka):
    """A cluster of librdkafka's mock brokers: a topic is made where it is looked up, with four partitions."""

    def create(self, topics: dict[str, int]) -> None:
        for topic in topics:
            self.producer.list_topics(topic, LIMIT)


def read_until(process: subprocess.Popen[str], words: str) -> list[str]:
    """Read what a process says until it says the words; return all of it."""
    assert process.stderr
    said: list[str] = []
    limit = Timer(LIMIT, process.kill)
    limit.start()
    for line in process.stderr:
        said.append(line)
        if words in line:
            limit.cancel()
            return said
    raise AssertionError(f"{words!r} is not in {said}")


def kill_all(pid: int) -> None:
    """Kill a process and those that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def lines(found: list[Message]) -> set[str]:
    return {canonical(value_of(message)) for message in found}


def canonical(line: str | bytes) -> str:
    return json.dumps(json.loads(line))


def value_of(message: Message) -> bytes:
    value = message.value()
    assert isinstance(value, bytes)
    return value


def parsed(message: Message) -> Record:
    record: Record = json.loads(value_of(message))
    return record


def cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has taken; Linux alone tells them in a file."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
