"""The whole flow, from the lines of a log to its searches, against plain Python on random logs."""

import json
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
from helpers import UTC, event, in_order, parsed, peak_of, query, write_log
from search_sessions.formats.json_lines import json_line
from search_sessions.logs.collect import collect_log
from search_sessions.pipeline import ordered_source, reorder_buffer
from search_sessions.pipeline.collect import Collected
from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.settings import Settings

MARCH = int(datetime(2024, 3, 1, tzinfo=UTC).timestamp() * 1000)
A_MINUTE = 60_000


def searches_of(ran: Collected) -> list[dict[str, Any]]:
    """Return the searches of a run as their lines say them."""
    return parsed(b"".join(map(json_line, ran.searches)))


@st.composite
def records(draw: st.DrawFn) -> tuple[int, bytes]:
    """Draw a record, with its minute: times in steps of 10 minutes, so that ties and whole gaps abound."""
    minute = draw(st.integers(0, 30)) * 10
    user, millis = draw(st.sampled_from(["a", "b", "c"])), MARCH + minute * A_MINUTE
    query_id = draw(st.sampled_from([None, "", "q1", "q2", "q3"]))
    if draw(st.booleans()):
        shown = draw(st.sampled_from([None, [], ["x"], ["y", 7, "x"]]))
        text = draw(st.sampled_from(["dogs", "cats"]))
        return minute, query(user, millis, text, query_id=query_id, query_response_object_ids=shown)
    action = draw(st.sampled_from(["click", "item_click", "view"]))
    clicked = {"object": {"object_id": draw(st.sampled_from(["x", "7", 7, None]))}}
    return minute, event(user, millis, action, query_id=query_id, event_attributes=clicked)


FUTURE = query("a", "9000-01-01T00:00:00Z")
OTHERS = [b"", b'{"index": {}}', b"no json", b'{"user_query": 7}', FUTURE]
IGNORED, REJECTED = 2, 3


@given(
    entries=st.lists(records() | st.sampled_from(OTHERS).map(lambda line: (-1, line)), max_size=25),
    delay=st.none() | st.integers(0, 30),
    batch=st.integers(1, 9),
)
@settings(max_examples=200, deadline=None)
def test_the_searches_are_those_of_the_events_that_were_not_late(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[int, bytes]], delay: int | None, batch: int
) -> None:
    lines = [line for _, line in entries]
    log = write_log(tmp_path_factory.mktemp("random") / "a.log", *lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordered_source, "BATCH", batch)
        patch.setattr(reorder_buffer, "BATCH", batch)
        ran = collect_log(log, Settings(max_delay_seconds=None if delay is None else delay * 600))
    late = {letter.item.number for letter in ran.dead_letters if letter.reason.startswith("Late")}
    in_time = [line for number, line in enumerate(lines, 1) if number not in late and line != FUTURE]
    assert searches_of(ran) == in_order(reference.searches(in_time))
    ignored, rejected = (sum(map(lines.count, kind)) for kind in (OTHERS[:IGNORED], OTHERS[IGNORED:]))
    counts = LineCounts(len(lines) - ignored - rejected - len(late), ignored, rejected, len(late))
    assert ran.report.lines == counts
    assert ran.report.dropped == 0
    minutes = [minute for minute, _ in entries if minute >= 0]
    behind = [max(minutes[: n + 1]) - minute for n, minute in enumerate(minutes)]
    assert len(late) == sum(delay is not None and minute > delay * 10 for minute in behind)


def mutated(line: bytes, rnd: random.Random) -> bytes:
    """Change, drop, repeat or swap parts of a line, as broken writers and disks do."""
    for _ in range(rnd.randrange(4)):
        start, end = sorted(rnd.randrange(len(line) + 1) for _ in range(2))
        parts = [b"", line[start:end] * 2, rnd.randbytes(3), b"null", b"[]", b"1e999", b'"', b"\\ud800"]
        part = rnd.choice(parts)
        line = line[:start] + part + line[end:]
    return line.replace(b"\n", b"")


@pytest.mark.slow
def test_ten_thousand_broken_lines_are_all_accounted_for(tmp_path: Path) -> None:
    rnd = random.Random(3)  # noqa: S311 - a fixed seed, not a secret
    shapes = [
        query(query_id="q1", query_response_object_ids=["a", 7]),
        event(query_id="q1", event_attributes={"object": {"object_id": "a"}, "position": {"ordinal": 1}}),
        json.dumps({"_source": json.loads(event(time=MARCH))}).encode(),
        b'{"index": {"_index": "ubi_events"}}',
    ]
    lines = [mutated(rnd.choice(shapes), rnd) for _ in range(12_000)]
    lines += [rnd.randbytes(rnd.randrange(40)).replace(b"\n", b"") for _ in range(3_000)]
    ran = collect_log(write_log(tmp_path / "a.log", *lines))
    counts = ran.report.lines
    assert counts.events + counts.ignored + counts.rejected == len(lines)
    assert min(counts.events, counts.ignored, counts.rejected) > 100
    assert len(ran.dead_letters) == counts.rejected
    assert all(letter.reason.endswith(".") for letter in ran.dead_letters)


@pytest.mark.slow
def test_a_line_of_a_hundred_megabytes_is_rejected_with_its_length_in_little_memory(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    with log.open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + query() + b"\n")
    done, mebibytes = peak_of(str(log))
    assert "line 1: The line has 100,000,001 bytes; 16,777,216 is the most that is read." in done.stderr
    assert done.stderr.endswith("1 search, 0 clicked: CTR 0.000.\n")
    assert mebibytes < 390
