"""The pictures: those that are committed are what the code draws, and a log's can be drawn."""

import re
import sys
from pathlib import Path

import pytest

from helpers import run
from programs import EXAMPLES, LOG, table_of

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
