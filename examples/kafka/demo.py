"""The flow on a Kafka of its own: `python examples/kafka/demo.py [LOG] [--speed 20000]`.

Starts a broker that keeps everything in memory, replays a log into it as if it happened now, only faster,
runs `python -m search_sessions.kafka` beside it, and prints each search when its session has ended. The last
line compares them with what plain Python finds in the same records.
"""

import json
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Thread

from broker import broker, free_address, make_topics
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.settings import Settings

EXAMPLES = Path(__file__).parent.parent
GAP, WAIT, MAX_DELAY = timedelta(minutes=30), timedelta(seconds=8), timedelta(seconds=0.5)
MINUTE = timedelta(minutes=1)
TOPICS = {"ubi": 4, "searches": 1, "dead-letters": 1}  # each with so many partitions

Timed = tuple[datetime, str, bytes]
"""When a record is sent, its user, and the record."""


def fresh_records(log: str, speed: float) -> list[Timed]:
    """Return the log's good records in order of time, as if it began in three seconds."""
    read = make_reader(Settings()).read
    with open(log, "rb") as lines:
        read_lines = [(outcome, line) for line in lines for outcome in read(line)]
    events = [(event, line) for event, line in read_lines if event and not isinstance(event, Exception)]
    events.sort(key=lambda event_line: event_line[0].time)
    start = datetime.now(timezone.utc) + timedelta(seconds=3)
    return [
        (moment, str(event.user), dated(line, moment))
        for event, line in events
        for moment in [start + (event.time - events[0][0].time) / speed]
    ]


def dated(line: bytes, moment: datetime) -> bytes:
    """Return the record in a line with another time."""
    record = json.loads(line)
    return json.dumps(record.get("_source", record) | {"timestamp": moment.isoformat()}).encode()


def plain_searches(records: list[Timed], gap: timedelta) -> set[str]:
    """Return the searches that plain Python finds in the records, as JSON."""
    command = [sys.executable, str(EXAMPLES / "plain.py"), "-", "--gap", str(gap / MINUTE)]
    log = b"\n".join(record for _, _, record in records)
    lines = subprocess.run(command, input=log, stdout=subprocess.PIPE, check=True).stdout.splitlines()
    return {json.dumps(json.loads(line)) for line in lines}


def replay(address: str, records: list[Timed]) -> None:
    """Send each record when its time has come, keyed by its user."""
    producer = Producer({"bootstrap.servers": address, "log_level": 0})
    for moment, user, record in records:
        time.sleep(max(0.0, (moment - datetime.now(timezone.utc)).total_seconds()))
        producer.produce("ubi", record, user)
        producer.poll(0)
    producer.flush(10)


def searches(address: str, until: datetime) -> Iterator[str]:
    """Read the topic of searches until a moment; print each when it comes, and hand it on as JSON."""
    consumer = Consumer({"bootstrap.servers": address, "group.id": "demo", "log_level": 0})
    consumer.assign([TopicPartition("searches", 0, OFFSET_BEGINNING)])
    while datetime.now(timezone.utc) < until:
        message = consumer.poll(0.1)
        if message is not None and message.error() is None:
            search = json.loads(message.value() or b"{}")
            clicked = "clicked" if search["ctr"] else "-"
            print(
                f"{datetime.now(timezone.utc):%H:%M:%S}  {search['user']:12}  {clicked:8} {search['query']}"
            )
            yield json.dumps(search)


def run(log: str, speed: float) -> int:
    """Run the demo; return 0 if the flow found what plain Python finds."""
    gap, address = GAP / speed, free_address()
    command = [sys.executable, "-m", "search_sessions.kafka", "--brokers", address, "--topic", "ubi"]
    command += ["--gap", str(gap / MINUTE), "--wait", str(WAIT / MINUTE)]
    command += ["--max-delay", str(MAX_DELAY.total_seconds())]
    with ExitStack() as stack:
        stack.enter_context(broker(address))
        make_topics(address, TOPICS)
        pipeline = stack.enter_context(subprocess.Popen(command))
        stack.callback(pipeline.kill)
        records = fresh_records(log, speed)
        expected, found = plain_searches(records, gap), set()
        end = records[-1][0] + gap + WAIT + timedelta(seconds=10)
        print(f"{len(records)} records, gap {gap.total_seconds():g} s.")
        Thread(target=replay, args=(address, records), daemon=True).start()
        for search in searches(address, end):
            found.add(search)
            if len(found) >= len(expected):
                break
    verdict = "the same" if found == expected else "NOT the same"
    print(f"{len(found)} searches on Kafka, {len(expected)} in plain Python: {verdict}.")
    return 0 if found == expected else 1


def main() -> int:
    """Read the options; end what was started, however the demo ends."""
    parser = ArgumentParser(description="The flow on Kafka, with a broker of its own.")
    parser.add_argument("log", nargs="?", default=str(EXAMPLES / "data" / "example.ndjson"))
    parser.add_argument("--speed", type=float, default=20_000.0, help="times as fast as it happened (20000)")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    return run(options.log, options.speed)


if __name__ == "__main__":
    sys.exit(main())
