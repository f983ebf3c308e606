"""The flow on Kafka: search events come in on a topic, click-through rates go out on another.

    python examples/kafka_pipeline.py --brokers localhost:9092 --recovery state
    python -m bytewax.run "examples/kafka_pipeline.py:flow('localhost:9092')" --sqlite-directory state

The topic `ubi` holds UBI records keyed by user, so that each user's are in one partition. The topic
`searches` gets a line for each search as soon as its session ends, keyed by user, and the topic `refused`
each message that is no record or comes too late. All three must exist.

Two times bound what the answer waits for:

- `max_delay`, seconds: how far out of order a partition may be. What comes later is refused.
- `wait`, minutes: how long after its gap a session is closed. The pipeline may be down, or the broker
  away, for `wait` less `max_delay`: beyond that the engine drops events of sessions it has closed.
"""

import os
import signal
import sys
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser
from datetime import timedelta
from pathlib import Path

from bytewax.dataflow import Dataflow
from bytewax.recovery import SqliteRecoveryConfig
from bytewax.testing import run_main

from search_sessions.dataflow import search_flow
from search_sessions.kafka import Cluster
from search_sessions.kafka_inputs import KafkaInput
from search_sessions.kafka_outputs import KafkaOutput, refused_messages, search_messages
from search_sessions.order import OrderedInput
from search_sessions.sessions import event_clock
from search_sessions.ubi import read_line


def flow(
    brokers: str = "localhost:9092",
    topic: str = "ubi",
    out_topic: str = "searches",
    refused_topic: str = "refused",
    gap: float = 30.0,
    wait: float = 10.0,
    max_delay: float = 10.0,
) -> Dataflow:
    """Return the flow; end the program with a sentence if Kafka, or a topic, is not there."""
    delay, total = timedelta(seconds=max_delay), timedelta(minutes=wait)
    if not timedelta() <= delay < total:
        sys.exit("The wait must be longer than the delay: it covers the delay and what the run may stall.")
    cluster = Cluster(brokers)
    try:
        source = OrderedInput(KafkaInput(cluster, topic), read_line, delay, future=delay)
        refused = KafkaOutput(cluster, refused_topic, refused_messages)
        searches = KafkaOutput(cluster, out_topic, search_messages)
    except ConnectionError as error:
        sys.exit(str(error))
    # The source has let the delay pass already: so much less is left for the clock to wait.
    clock = event_clock(total - delay, shift=total)
    return search_flow(source, refused, searches, timedelta(minutes=gap), clock)


def main() -> None:
    """Run the flow in this process, until it is stopped."""
    parser = ArgumentParser(
        description="Click-through rates, live.", formatter_class=ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--brokers", default="localhost:9092", help="where Kafka is")
    parser.add_argument("--topic", default="ubi", help="with the records, keyed by user")
    parser.add_argument("--out-topic", default="searches", help="for a line about each search")
    parser.add_argument(
        "--refused-topic", default="refused", help="for messages that are no records, or late"
    )
    parser.add_argument("--gap", type=float, default=30.0, help="minutes without an event that end a session")
    parser.add_argument(
        "--wait", type=float, default=10.0, help="minutes that events, or the run, may be held up"
    )
    parser.add_argument(
        "--max-delay", type=float, default=10.0, help="seconds that events may be out of order"
    )
    parser.add_argument("--recovery", type=Path, help="an existing directory to resume from after a crash")
    options = vars(parser.parse_args())
    directory = options.pop("recovery")
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))  # Ctrl-C: no word, no traceback
    run_main(
        flow(**options),
        recovery_config=SqliteRecoveryConfig(directory) if directory else None,
        epoch_interval=timedelta(seconds=1),
    )


if __name__ == "__main__":
    main()
