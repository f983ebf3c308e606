"""Log files line by line: what a line is, what cannot be read, where a run goes on."""

import gzip
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import read_all
from search_sessions.logs import log_file
from search_sessions.logs.source import LogInput, LogSource, Position
from search_sessions.pipeline.records import Line


def source(*paths: Path | str, position: Position | None = None) -> LogSource:
    return LogInput([str(path) for path in paths]).build_part("log", position)


def texts(*paths: Path | str) -> list[bytes]:
    return [line.text for line in read_all(source(*paths))]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "a.log"


def test_every_line_comes_with_its_file_and_number(log: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.log"
    log.write_bytes(b"one\n\ntwo\n")
    other.write_bytes(b"three\r\n")
    assert read_all(source(log, other)) == [
        Line(str(log), 1, b"one\n"),
        Line(str(log), 2, b"\n"),
        Line(str(log), 3, b"two\n"),
        Line(str(other), 1, b"three\r\n"),
    ]


def test_an_empty_file_has_no_lines(log: Path) -> None:
    log.write_bytes(b"")
    assert texts(log) == []


def test_the_last_line_needs_no_line_break(log: Path) -> None:
    log.write_bytes(b"one\ntwo")
    assert texts(log) == [b"one\n", b"two"]


def test_gzip_is_known_by_its_content(log: Path) -> None:
    log.write_bytes(gzip.compress(b"one\n") + gzip.compress(b"two\n"))
    assert texts(log) == [b"one\n", b"two\n"]


def test_a_byte_order_mark_is_no_part_of_the_first_line(log: Path) -> None:
    log.write_bytes(b"\xef\xbb\xbfone\ntwo\n")
    assert texts(log) == [b"one\n", b"two\n"]


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_gzip_file_costs_only_what_cannot_be_read(log: Path, tmp_path: Path, damage: str) -> None:
    packed = bytearray(gzip.compress(b"".join(os.urandom(30).hex().encode() + b"\n" for _ in range(50_000))))
    if damage == "cut":
        del packed[-1000:]
    else:
        packed[-1000] ^= 255
    log.write_bytes(packed)
    other = tmp_path / "b.log"
    other.write_bytes(b"three\n")
    *lines, bad, last = read_all(source(log, other))
    assert len(lines) > 10_000
    assert not any(line.problem for line in lines)
    assert (bad.number, bad.text) == (len(lines) + 1, b"")
    assert bad.problem.startswith("The rest of the file cannot be read: ")
    assert last == Line(str(other), 1, b"three\n")


def test_a_line_that_is_too_long_is_not_loaded_but_measured(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "LONGEST_LINE", 10)
    log.write_bytes(b"0123456789\n" + b"012345678\n" + b"0123456789")
    first, second, third = read_all(source(log))
    assert first.problem == "The line has 11 bytes; 10 is the most that is read."
    assert (second.text, second.problem) == (b"012345678\n", "")
    assert (third.number, third.text, third.problem) == (3, b"0123456789", "")


@given(
    lines=st.lists(st.binary(max_size=5).map(lambda line: line.replace(b"\n", b"") + b"\n")), data=st.data()
)
def test_reading_goes_on_where_it_was_left(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    cut = data.draw(st.integers(0, len(lines)))
    plain, packed = folder / "a", folder / "b"
    plain.write_bytes(b"\xef\xbb\xbf" + b"".join(lines[:cut]))
    packed.write_bytes(gzip.compress(b"".join(lines[cut:])))
    paths = [str(plain), str(packed)]
    whole = read_all(source(*paths))
    stop = data.draw(st.integers(0, len(whole)))
    first = source(*paths)
    begun = [first.next() for _ in range(stop)]
    assert begun + read_all(source(*paths, position=first.snapshot())) == whole
    first.close()


def test_a_file_that_is_missing_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LogInput([str(tmp_path / "none.log")])


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        LogInput([str(tmp_path)])


def test_a_file_that_may_not_be_read_is_an_error(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log.touch()
    # The tests may run as root, who may read everything.
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # noqa: ARG005
    with pytest.raises(PermissionError):
        LogInput([str(log)])


def test_a_file_that_goes_away_before_it_is_read_is_a_line_that_cannot_be_read(log: Path) -> None:
    log.touch()
    log_input = LogInput([str(log)])
    log.unlink()
    [line] = read_all(log_input.build_part("log", None))
    assert "No such file" in line.problem


def packed_lines() -> bytes:
    return gzip.compress(b"".join(os.urandom(30).hex().encode() + b"\n" for _ in range(50_000)))


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda packed: packed[:-1000], "The rest of the file cannot be read: The file is cut off."),
        (lambda packed: packed[:-3], "The rest of the file cannot be read: The file is cut off."),
        (lambda packed: packed[:-8] + bytes(8), "data check"),
        (lambda packed: packed[:-1000] + b"damage" + packed[-994:], ""),
        (lambda packed: packed + b"x", "The rest of the file cannot be read: The file is cut off."),
        (lambda packed: packed + b"trailing garbage", "header check"),
    ],
    ids=[
        "cut off",
        "cut off in its end",
        "wrong checksum",
        "changed",
        "one byte too many",
        "garbage at the end",
    ],
)
def test_of_a_damaged_gzip_file_every_line_is_read_that_zcat_gives(
    log: Path, damage: Callable[[bytes], bytes], problem: str
) -> None:
    log.write_bytes(damage(packed_lines()))
    zcat = subprocess.run(["zcat"], input=log.read_bytes(), capture_output=True, check=False).stdout  # noqa: S607
    *lines, bad = read_all(source(log))
    assert b"".join(line.text for line in lines).startswith(zcat)
    assert len(zcat) > 1_000_000
    assert not any(line.problem for line in lines)
    assert problem in bad.problem
    assert (bad.number, bad.text) == (len(lines) + 1, b"")


def test_zeros_after_a_gzip_file_are_no_part_of_it(log: Path) -> None:
    log.write_bytes(gzip.compress(b"one\n") + bytes(100_000))
    assert texts(log) == [b"one\n"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_a_last_line_without_a_line_break_is_left_where_the_log_is_not_finished(
    log: Path, pack: Callable[[bytes], bytes]
) -> None:
    log.write_bytes(pack(b"one\ntw"))
    first = LogInput([str(log)], finished=False).build_part("log", None)
    assert [line.text for line in read_all(first)] == [b"one\n"]
    log.write_bytes(pack(b"one\ntwo\n"))
    second = LogInput([str(log)], finished=False).build_part("log", first.snapshot())
    assert [(line.number, line.text) for line in read_all(second)] == [(2, b"two\n")]


def test_a_long_last_line_without_a_line_break_is_left_as_well(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "LONGEST_LINE", 10)
    log.write_bytes(b"one\n" + b"x" * 15)
    first = LogInput([str(log)], finished=False).build_part("log", None)
    assert [line.text for line in read_all(first)] == [b"one\n"]
    log.write_bytes(b"one\n" + b"x" * 20 + b"\ntwo\n")
    second = LogInput([str(log)], finished=False).build_part("log", first.snapshot())
    assert [(line.number, line.problem) for line in read_all(second)] == [
        (2, "The line has 21 bytes; 10 is the most that is read."),
        (3, ""),
    ]


def test_only_the_last_log_may_be_unfinished(log: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.log"
    log.write_bytes(b"one")
    other.write_bytes(b"two")
    unfinished = LogInput([str(log), str(other)], finished=False).build_part("log", None)
    assert [line.text for line in read_all(unfinished)] == [b"one"]
