"""How a red exercise looks: what is wrong, in a sentence, and a hint; no traceback."""

import re
import runpy
import sys
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

HERE = Path(__file__).parent
PAGE = "examples/exercises/README.md"

CAUSE = re.compile(r"^Caused by => (.*)$", re.MULTILINE)  # how the engine reports an error of a function
PLACE = re.compile(r'File "(.*?)", line (\d+)')

collect_ignore_glob = ["ex*.py", "given.py", "killed_runs.py", "solutions/*"]  # run by the tests, one by one


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the same tests run over the solutions."""
    parser.addoption("--answers", type=Path, default=HERE, help="the folder with the answers to be tested")


def pytest_configure(config: pytest.Config) -> None:
    """Let the answers import what they are given, and a test carry its hint."""
    sys.path.insert(0, str(HERE))
    config.addinivalue_line("markers", "hint(sentence): what helps on if the test fails")


@pytest.fixture
def answer(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """Return a function that runs an answer, and returns its names."""
    folder: Path = request.config.getoption("--answers")
    return lambda name: SimpleNamespace(path=folder / name, **runpy.run_path(str(folder / name)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Say why a test fails without showing how it was run."""
    report = yield
    if call.excinfo and report.failed:
        [hint] = [mark.args[0] for mark in item.iter_markers("hint")]
        wrong = what_is_wrong(call.excinfo, item.config.getoption("--answers"))
        number = item.name.removeprefix("test_ex")[0]
        report.longrepr = f"{wrong}\nHint: {hint}\nA second hint: {PAGE}, exercise {number}.\n"
        report.sections = [section for section in report.sections if "stderr" not in section[0]]
    return report


def what_is_wrong(error: pytest.ExceptionInfo[BaseException], answers: Path) -> str:
    """Return the sentence of a failed check, or the error of the answer with its line."""
    if error.errisinstance(AssertionError):
        return str(error.value).split("\nassert ")[0]  # pytest appends the code of the check
    text = "".join(traceback.format_exception(error.type, error.value, error.tb))
    reason = CAUSE.findall(text)[-1] if CAUSE.search(text) else error.exconly().splitlines()[-1]
    if reason.startswith("NotImplementedError: "):
        return f"Not done yet: {reason.removeprefix('NotImplementedError: ')}."
    places = [place for place in PLACE.findall(text) if Path(place[0]).parent == answers]
    where = f" ({places[-1][0].removeprefix(f'{Path.cwd()}/')}, line {places[-1][1]})" if places else ""
    return f"{reason}{where}"
