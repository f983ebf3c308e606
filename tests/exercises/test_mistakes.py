"""Common mistakes: what the page of them claims beyond the outputs that it shows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import ROOT

MISTAKES = ROOT / "examples" / "mistakes"
PAGE = (MISTAKES / "README.md").read_text()


def test_each_program_is_shown_wrong_and_right() -> None:
    shown = re.findall(r"^\$ uv run python examples/mistakes/(\w+\.py) (wrong|right)", PAGE, re.MULTILINE)
    programs = {path.name for path in MISTAKES.glob("*.py")} - {"sessions_of.py"}
    assert set(shown) == {(program, way) for program in programs for way in ("wrong", "right")}


def test_each_mistake_has_a_cure_and_a_row_in_the_table() -> None:
    _, *sections = PAGE.split("\n## ")
    titles = [section.splitlines()[0] for section in sections]
    assert [section.count("**Cure:**") for section in sections] == [1] * len(sections)
    anchors = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#(\S+)\)", PAGE)) == anchors


@pytest.mark.network
@pytest.mark.slow
def test_pip_on_python_3_12_finds_no_bytewax(tmp_path: Path) -> None:
    [said] = re.findall(r"^\$ python3.12 -m pip install .*\n(.*)$", PAGE, re.MULTILINE)
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    pip = [str(tmp_path / "venv" / "bin" / "pip"), "download", "--dest", str(tmp_path), "--no-deps"]
    platform = ["--only-binary=:all:", "--python-version=3.12", "--implementation=cp", "--abi=cp312"]
    done = subprocess.run([*pip, *platform, "bytewax==0.16.*"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert said in done.stderr
