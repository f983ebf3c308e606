"""Every writer's shape holds the same searches: `writers` has a session as each of them writes it."""

from pathlib import Path

import pytest

from search_sessions.events import ClickResult, Event, Search
from search_sessions.formats.outcomes import Outcome, RecordError
from search_sessions.formats.ubi import UbiReader
from search_sessions.metrics.search import summarize_session

WRITERS = sorted((Path(__file__).parent / "writers").iterdir())
SEARCHES = [("toner", "q1", 3, 1, 2, 10.0), ("ink", "q2", 1, 0, None, None)]


def outcomes(path: Path) -> list[Outcome]:
    read = UbiReader().read
    return [outcome for line in path.read_bytes().splitlines(keepends=True) for outcome in read(line)]


def events(path: Path) -> list[Event]:
    return [event for event in outcomes(path) if isinstance(event, Search | ClickResult)]


@pytest.mark.parametrize("path", WRITERS, ids=lambda path: path.stem)
def test_each_shape_gives_the_same_searches(path: Path) -> None:
    found = summarize_session(("c1", sorted(events(path), key=lambda event: event.time)))
    assert [
        (s.query, s.query_id, s.results, s.clicks, s.first_click_rank, s.seconds_to_first_click)
        for s in found
    ] == SEARCHES


@pytest.mark.parametrize("path", WRITERS, ids=lambda path: path.stem)
def test_no_record_of_any_shape_is_rejected(path: Path) -> None:
    assert [outcome for outcome in outcomes(path) if isinstance(outcome, RecordError)] == []
