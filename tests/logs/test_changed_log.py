"""A log that was read by a run that was killed is the same when the next run reads it again."""

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from make_log import make_log
from search_sessions.logs.source import LogInput
from search_sessions.pipeline import ordered_source, reorder_buffer
from search_sessions.pipeline.order import OrderedInput
from search_sessions.pipeline.reader import make_reader
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.settings import Settings
from search_sessions.pipeline.state import OrderedState


class Stopped(Exception):  # noqa: N818 - it is no error of the test
    """Stands for the end of the process, which would be that of the tests."""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop_run(sentence: str, status: int) -> NoReturn:
        raise Stopped(f"{status}: {sentence}")

    monkeypatch.setattr(ordered_source, "stop_run", stop_run)
    monkeypatch.setattr(reorder_buffer, "BATCH", 10)


def events_of(logs: list[str], state: OrderedState | None = None) -> Iterator[tuple[int, OrderedState]]:
    """Read logs as a run does; after each batch, give how many events it had and what would be saved."""
    read = line_reader(make_reader(Settings()).read)
    source = OrderedInput(LogInput(logs), read).build_part("log", state)
    while True:
        try:
            item = source.next()
        except StopIteration:
            return
        yield len(item[1].events) if item else 0, source.snapshot()


@pytest.fixture
def log(tmp_path: Path) -> str:
    return make_log(tmp_path / "a.log", 100)


def half_way(logs: list[str]) -> tuple[int, OrderedState]:
    """Return how many events a run has handed on of logs that it has read whole, and its state then."""
    steps = events_of(logs)
    (first, _), (second, state) = next(steps), next(steps)
    assert state.position.place.offset == 0, "all is held back, so all must be read again"
    return first + second, state


def test_an_unchanged_log_is_gone_on_with(log: str, tmp_path: Path) -> None:
    (tmp_path / "empty.log").touch()
    logs = [log, str(tmp_path / "empty.log")]
    handed_on, state = half_way(logs)
    assert handed_on + sum(count for count, _ in events_of(logs, state)) == 100


def test_a_log_that_has_grown_is_gone_on_with(log: str, tmp_path: Path) -> None:
    handed_on, state = half_way([log])
    later = Path(make_log(tmp_path / "later.log", 150)).read_bytes().splitlines(keepends=True)
    with Path(log).open("ab") as file:
        file.writelines(later[100:])
    assert handed_on + sum(count for count, _ in events_of([log], state)) == 150


@pytest.mark.parametrize("seed", [8, 9])
def test_a_log_that_was_replaced_is_refused_though_all_of_it_is_read_again(log: str, seed: int) -> None:
    _, state = half_way([log])
    make_log(Path(log), 100, seed=seed)
    with pytest.raises(Stopped, match=r"^2: .*/a\.log was changed since it was read up to line 100: "):
        next(events_of([log], state))


@pytest.mark.parametrize("lines", [0, 50, 99])
def test_a_log_that_was_cut_is_refused_though_all_of_it_is_read_again(log: str, lines: int) -> None:
    _, state = half_way([log])
    Path(log).write_bytes(b"".join(Path(log).read_bytes().splitlines(keepends=True)[:lines]))
    with pytest.raises(Stopped, match="was changed"):
        next(events_of([log], state))
