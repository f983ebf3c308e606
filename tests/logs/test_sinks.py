"""Lines of JSON: what a search says, and a file that holds every line once."""

import json
import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from helpers import NOON
from search_sessions.events import Search
from search_sessions.formats.json_lines import json_line
from search_sessions.logs.file_checks import check_writable
from search_sessions.logs.sinks import FileLines, Written
from search_sessions.metrics.search import summarize_session


def test_a_search_is_a_line_of_json_in_utf_8() -> None:
    [summary] = summarize_session(("u", [Search("u", NOON + timedelta(milliseconds=5), "Käse")]))
    line = json_line(summary)
    assert "Käse".encode() in line
    assert line.endswith(b"\n")
    assert list(json.loads(line))[:9] == [
        "user",
        "query",
        "query_id",
        "time",
        "session_start",
        "session_end",
        "results",
        "clicks",
        "ctr",
    ]
    assert json.loads(line)["time"] == "2024-03-01T12:00:00.005000Z"


def test_a_file_holds_each_line_once_after_a_crash(tmp_path: Path) -> None:
    path = str(tmp_path / "out")
    output = FileLines(path, lambda item: item)
    first = output.build_part(path, None)
    first.write(b"one\n")
    saved = first.snapshot()
    first.write(b"two\n")
    first.snapshot()
    first.close()
    again = output.build_part(path, saved)
    again.write(b"two\n")
    again.close()
    assert Path(path).read_bytes() == b"one\ntwo\n"


def test_a_run_that_is_not_resumed_starts_its_file_anew(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old\n")
    FileLines(str(path), lambda item: item).build_part(str(path), None).close()
    assert path.read_text() == ""


@pytest.mark.parametrize("written", [b"", b"one\n"])
def test_a_file_that_got_nothing_since_it_was_cut_is_known_by_what_it_holds(
    tmp_path: Path, written: bytes
) -> None:
    path = tmp_path / "out"
    path.write_text("old and long\n")
    output = FileLines(str(path), lambda item: item)
    first = output.build_part("file", None)
    first.write(written)
    saved = first.snapshot()
    assert saved == Written(len(written), written)
    first.write(b"never saved\n")
    first.close()
    again = output.build_part("file", saved)
    assert again.snapshot() == saved
    again.close()
    assert path.read_bytes() == written
    output.build_part("file", saved).close()


def test_a_file_that_the_run_uses_otherwise_is_refused_by_whatever_name_and_kept(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("good\n")
    (tmp_path / "link").symlink_to("a.log")
    with pytest.raises(FileExistsError, match="This run has another use for the file"):
        FileLines(str(tmp_path / "link"), lambda item: item, [str(tmp_path / "a.log")])
    assert (tmp_path / "a.log").read_text() == "good\n"


def test_a_check_removes_no_file_that_another_run_has_made_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").write_text("finished\n")
    monkeypatch.setattr(Path, "exists", lambda _: False)  # as it was before the other run
    check_writable(str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "finished\n"


@pytest.mark.parametrize("name", ["out", "link"])
def test_a_check_leaves_no_file_behind(tmp_path: Path, name: str) -> None:
    (tmp_path / "link").symlink_to("target")
    check_writable(str(tmp_path / name))
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


def test_a_pipe_gets_every_line_though_it_cannot_be_cut_nor_put_on_a_disk(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:  # noqa: S607 - any cat will do
        sink = FileLines(str(pipe), lambda item: item).build_part(str(pipe), None)
        for line in (b"one\n", b"two\n"):
            sink.write(line)
            sink.snapshot()
        sink.close()
        assert reader.communicate()[0] == b"one\ntwo\n"


def test_a_file_is_on_the_disk_once_an_epoch_ends(tmp_path: Path) -> None:
    path = tmp_path / "out"
    sink = FileLines(str(path), lambda item: item).build_part(str(path), None)
    sink.write(b"one\n")
    assert path.read_bytes() == b""
    sink.snapshot()
    assert path.read_bytes() == b"one\n"
    sink.close()
