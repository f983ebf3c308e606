"""The README is run: every command is executed, every output compared, and code comes from the source.

After a change that is meant to show, `UPDATE_README=1 pytest tests/test_readme.py` writes the new outputs.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import ROOT, search_sessions

README = ROOT / "README.md"
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"(?:^<!-- (.*?) -->\n)?^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN_HERE = ("uv run pytest", "python3 -m venv", ".venv/bin/")  # the tests below say why


def test_the_readme_is_read_in_ten_minutes() -> None:
    assert len(README.read_text().splitlines()) <= 350


@pytest.mark.parametrize(("source", "code"), PYTHON.findall(README.read_text()))
def test_code_in_the_readme_is_the_code_of_the_source(source: str, code: str) -> None:
    assert code in (ROOT / source).read_text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the checkout, for commands that write."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("examples", "src", "tests", "README.md", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.mark.slow
def test_every_command_prints_what_the_readme_shows(folder: Path) -> None:
    text = README.read_text()
    shown = CONSOLE.sub(lambda block: f"```console\n{run_block(block[1], folder)}```", text)
    if os.environ.get("UPDATE_README"):
        README.write_text(shown)
    assert shown == text


def run_block(block: str, folder: Path) -> str:
    """Return the block with the output that each of its commands has now."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    assert block.startswith("$ ")
    return "".join(f"{command}\n{run_command(command[2:], folder)}" for command in commands)


def run_command(command: str, folder: Path) -> str:
    """Return what a command prints to a terminal."""
    if command.startswith(NOT_RUN_HERE):
        return ""
    # The tests run in the environment that `uv run` would make.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "RUST_BACKTRACE": "0"}
    words = ["/bin/bash", "-c", command.replace("uv run ", "")]
    done = subprocess.run(
        words,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return done.stdout


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "$ uv run pytest\n" in README.read_text()
    assert (ROOT / ".ci/run").read_text().endswith("\nuv run pytest\n")


@pytest.mark.network
@pytest.mark.slow
def test_pip_installs_what_the_readme_says(tmp_path: Path) -> None:
    commands = re.findall(r"^\$ ((?:python3 -m venv|\.venv/bin/).*)$", README.read_text(), re.MULTILINE)
    assert len(commands) == 2
    for name in ("src", "README.md", "LICENSE", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    script = " && ".join(commands).replace("python3", sys.executable)
    done = subprocess.run(
        ["/bin/bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("SearchCTR(user='2', query='fruit', ctr=0.0)\n")


def test_every_option_is_in_the_readme() -> None:
    options = set(re.findall(r"--[a-z-]+", search_sessions("--help").stdout)) - {"--help"}
    assert len(options) >= 4
    assert [option for option in options if f"| `{option}" not in README.read_text()] == []
