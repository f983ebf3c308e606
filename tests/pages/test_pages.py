"""Every page is run: commands are executed, outputs compared, code comes from the source or is run.

On a page,

- a `console` block holds commands, each after `$ `, with what they print. A block whose output cannot be the
  same twice, or that would change this machine, stands under `<!-- not run: the reason -->`;
- a `python` block under `<!-- path -->` is a piece of that file; any other is run, and what it prints stands
  in the `text` block after it.

After a change that is meant to show, `UPDATE_PAGES=1 pytest tests/pages` writes the new outputs.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import ROOT, search_sessions

PAGES = [ROOT / "README.md", *sorted((ROOT / "examples").rglob("README.md"))]
CONSOLE = re.compile(r"((?:^<!-- [^\n]* -->\n)?)^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"((?:^<!-- [^\n]* -->\n)?)^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"(?<! -->\n)^```python\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
UV_RUN = re.compile(r"uv run(?: --(?:extra|group) \S+)* ")
LONGEST_README = 240
TESTED_ELSEWHERE = ("uv run --group test pytest", "python3 -m venv")  # here, but by other tests

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def test_the_readme_is_read_in_a_few_minutes() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= LONGEST_README


@pages
def test_code_on_a_page_is_the_code_of_the_source_or_is_run(page: Path) -> None:
    for source, code in PYTHON.findall(page.read_text()):
        if source:
            assert code in (ROOT / source.strip()[len("<!-- ") : -len(" -->")]).read_text()
        else:
            assert f"```python\n{code}```\n\n```text\n" in page.read_text()


@pages
def test_every_link_to_a_file_has_its_file(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the checkout, for commands that write."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("examples", "src", "tests", "README.md", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.mark.slow
@pages
def test_every_command_prints_what_the_page_shows(page: Path, folder: Path) -> None:
    text = page.read_text()
    shown = CONSOLE.sub(
        lambda block: f"{block[1]}```console\n{run_block(block[1], block[2], folder)}```", text
    )
    shown = PROGRAM.sub(
        lambda block: f"```python\n{block[1]}```\n\n```text\n{run(['-c', block[1]], folder)}```", shown
    )
    if os.environ.get("UPDATE_PAGES"):
        page.write_text(shown)
    assert shown == text


def run_block(comment: str, block: str, folder: Path) -> str:
    """Return the block with the output that each of its commands has now."""
    if comment.startswith("<!-- not run: "):
        return block
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    assert block.startswith("$ ")
    return "".join(f"{command}\n{run_command(command[2:], folder)}" for command in commands)


def run_command(command: str, folder: Path) -> str:
    """Return what a command prints to a terminal."""
    if command.startswith(TESTED_ELSEWHERE):
        return ""
    return run(["/bin/bash", "-c", UV_RUN.sub("", command)], folder)


def run(words: list[str], folder: Path) -> str:
    """Return what a command prints, in the environment that `uv run` would make."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    words = [sys.executable, *words] if words[0] == "-c" else words
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PATH": path, "RUST_BACKTRACE": "0", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def test_ci_runs_the_test_command_of_the_readme() -> None:
    [command] = re.findall(r"^\$ (uv run .*pytest)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert (ROOT / ".ci/run").read_text().splitlines()[-1].startswith(f"{command} --cov ")


@pytest.mark.network
@pytest.mark.slow
def test_pip_installs_what_the_readme_says(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text()
    [command] = re.findall(r"^\$ (python3 -m venv .*)$", readme, re.MULTILINE)
    for name in ("src", "README.md", "LICENSE", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    script = command.replace("python3", sys.executable)
    done = subprocess.run(
        ["/bin/bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("SearchCTR(user='2', query='fruit', ctr=0.0)\n")


def test_every_option_is_on_a_page() -> None:
    options = set(re.findall(r"--[a-z-]+", search_sessions("--help").stdout)) - {"--help"}
    text = "".join(page.read_text() for page in PAGES)
    assert len(options) >= 4
    assert [option for option in sorted(options) if f"`{option}" not in text] == []
