"""The pictures: those that are committed are what the code draws, and a log's can be drawn."""

import re
import sys
from pathlib import Path

import pytest

from helpers import query, run, write_log
from programs import EXAMPLES, LOG, table_of
from search_sessions.metrics.plots import new_figure, save

DRAWING = ("metrics/ctr_per_day", "metrics/session_timeline", "order/draw_watermark")
SHAPE = re.compile(r"\b[mp][0-9a-f]{10}\b")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def numbers(svg: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(svg)]


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info < (3, 11), reason="its last plotting library draws a little otherwise")
@pytest.mark.parametrize(
    ("program", "picture"),
    [
        ("metrics/session_timeline.py", "metrics/session_timeline.svg"),
        ("metrics/ctr_per_day.py", "metrics/ctr_per_day.svg"),
        ("order/draw_watermark.py", "order/watermark.svg"),
    ],
)
def test_a_committed_picture_is_what_the_code_draws(program: str, picture: str, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.svg"
    assert run(str(EXAMPLES / program), "--plot", str(drawn)).returncode == 0
    # Releases of the plotting library name their shapes and round differently.
    now, kept = (SHAPE.sub("shape", path.read_text(encoding="utf-8")) for path in (drawn, EXAMPLES / picture))
    assert NUMBER.sub("#", now) == NUMBER.sub("#", kept)
    assert numbers(now) == pytest.approx(numbers(kept), abs=0.5)


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ("ctr_per_day", "--per", "hour"),
        ("session_timeline", str(LOG)),
        ("session_timeline", str(LOG), "--show", "u001", "--show", "nobody"),
    ],
)
def test_pictures_of_a_log_are_drawn(command: tuple[str, ...], tmp_path: Path) -> None:
    table_of(*command, "--plot", str(tmp_path / "drawn.png"))
    assert (tmp_path / "drawn.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize("program", ["ctr_per_day", "session_timeline"])
def test_the_first_times_that_there_are_can_be_drawn(program: str, tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.ndjson", query(time="0001-01-01T00:00:00Z"))
    table_of(program, log, "--plot", str(tmp_path / "drawn.svg"))
    assert (tmp_path / "drawn.svg").exists()


def test_a_picture_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    """There is no room for the name of the new one beside it: a limit for files would hit others, too."""
    old = tmp_path / ("a" * 246 + ".svg")
    old.write_text("old")
    with pytest.raises(SystemExit) as end:
        save(new_figure(2), str(old))
    assert end.value.code == f"{old}: File name too long."
    assert (old.read_text(), [path.name for path in tmp_path.iterdir()]) == ("old", [old.name])


@pytest.mark.slow
def test_a_picture_whose_name_is_too_long_is_a_sentence() -> None:
    name = "a" * 300 + ".svg"
    done = run(str(EXAMPLES / "metrics/session_timeline.py"), "--plot", name)
    assert (done.returncode, done.stderr) == (1, f"{name}: File name too long.\n")


@pytest.mark.slow
def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    folder = tmp_path / "a.svg"
    folder.mkdir()
    done = run(str(EXAMPLES / "metrics/session_timeline.py"), "--plot", str(folder))
    assert done.returncode == 2
    assert done.stderr.endswith(f"error: argument --plot: {folder}: this is a folder: name a file.\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "program", ["metrics/ctr_per_day", "metrics/session_timeline", "order/draw_watermark"]
)
@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("a.doc", "a.doc: the name of a picture ends in .svg, .png, .pdf."),
        ("missing/a.svg", "missing/a.svg: there is no such folder."),
    ],
)
def test_a_picture_that_cannot_be_written_is_a_sentence(program: str, path: str, sentence: str) -> None:
    done = run(str(EXAMPLES / f"{program}.py"), "--plot", path)
    assert done.returncode == 2
    assert done.stderr.endswith(f"error: argument --plot: {sentence}\n")
