"""The house: the tutorial on the ground floor, a room for everything else, and imports that go one way."""

import ast
import re
import sys
from pathlib import Path

import pytest

from helpers import ROOT, run

PACKAGE = ROOT / "src" / "search_sessions"
ROOMS = ("engine", "metrics", "formats", "pipeline", "logs", "kafka")
MAY_IMPORT = {
    "engine": set[str](),
    "metrics": set[str](),
    "formats": set[str](),
    "pipeline": {"engine", "metrics", "formats"},
    "logs": {"engine", "metrics", "formats", "pipeline"},
    "kafka": {"engine", "metrics", "formats", "pipeline"},
}
CHAPTERS = ("events", "sample", "sessions", "searches", "dataflow")
MOST_LINES = 130
TEXTS = [*PACKAGE.rglob("*.py"), ROOT / "README.md", *(ROOT / "examples").rglob("*.md")]
PROGRAMS = [*PACKAGE.rglob("*.py"), *(ROOT / "examples").rglob("*.py")]


def imported(module: Path) -> set[str]:
    """Return the parts of the package that a module imports, by the name of the room or the chapter."""
    names = names_imported(module)
    return {name.split(".")[1] for name in names if name.startswith("search_sessions.")}


def names_imported(module: Path) -> set[str]:
    """Return the modules that a module imports."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_imports_python_bytewax_and_chapters_alone(chapter: str) -> None:
    module = PACKAGE / f"{chapter}.py"
    packages = {name.split(".")[0] for name in names_imported(module)}
    assert packages <= {"bytewax", "search_sessions", *sys.stdlib_module_names}
    assert imported(module) <= set(CHAPTERS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_no_room_above_it(room: str) -> None:
    for module in (PACKAGE / room).glob("*.py"):
        assert imported(module) <= MAY_IMPORT[room] | {room} | set(CHAPTERS), module


def test_the_ground_floor_has_at_most_eight_modules() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= 8


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_too_long_to_be_read_in_one_go(program: Path) -> None:
    assert len(program.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_at_its_door_what_it_is_for_and_which_modules_it_has(room: str) -> None:
    said = (PACKAGE / room / "__init__.py").read_text()
    for words in ("Comes in:", "Goes out:", "You change:"):
        assert words in said
    modules = {path.stem for path in (PACKAGE / room).glob("[!_]*.py")}
    assert [module for module in sorted(modules) if f"    {module} " not in said] == []


def test_every_test_that_a_page_or_the_source_names_is_there() -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = [(path, name) for path in TEXTS for name in re.findall(r"`(test_\w+)`", path.read_text())]
    assert len(named) > 10
    assert [(path, name) for path, name in named if f"def {name}(" not in tests] == []


def test_building_a_flow_changes_nothing_of_the_process() -> None:
    code = (
        "import copyreg, gc, signal;"
        "from bytewax.testing import TestingInput, TestingOutput;"
        "from search_sessions.events import Search;"
        "from search_sessions.pipeline.flow import search_flow;"
        "from search_sessions.pipeline.report import RunReport;"
        "from search_sessions.pipeline.settings import Settings;"
        "out = TestingOutput([]);"
        "search_flow(TestingInput([]), lambda item: [], out, out, Settings(), RunReport());"
        "assert gc.isenabled(); assert Search not in copyreg.dispatch_table;"
        "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler"
    )
    done = run("-c", code)
    assert (done.returncode, done.stderr) == (0, "")
