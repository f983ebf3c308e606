"""The tutorial in one file says what the chapters say; where it leaves something out, it finds the same."""

import ast
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import ROOT, at, run
from search_sessions import dataflow, events, sample, searches, sessions

ONE_FILE = ROOT / "examples" / "one_file.py"
CHAPTERS = (events, sample, sessions, searches, dataflow)
CODE_LINES = 90


def statements(path: Path) -> list[ast.stmt]:
    """Return the statements of a file, without the docstrings of its functions and classes."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            del node.body[0]
    return tree.body


def fields(node: ast.ClassDef) -> list[str]:
    return [ast.unparse(line.target) for line in node.body if isinstance(line, ast.AnnAssign)]


PROGRAM = runpy.run_path(str(ONE_FILE))
ONE = statements(ONE_FILE)
ALL = [node for chapter in CHAPTERS for node in statements(Path(chapter.__file__ or ""))]


def named(nodes: list[ast.stmt]) -> dict[str, Any]:
    return {node.name: node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def test_it_prints_what_the_tutorial_prints() -> None:
    assert run(str(ONE_FILE)).stdout == run("-m", "search_sessions").stdout != ""


def test_it_needs_nothing_but_bytewax() -> None:
    imports = [ast.unparse(node) for node in ONE if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {text.split()[1].split(".")[0] for text in imports}
    assert modules - sys.stdlib_module_names == {"bytewax"}


def test_it_is_short() -> None:
    assert len([line for line in ONE_FILE.read_text().splitlines() if line]) <= CODE_LINES


@pytest.mark.parametrize("name", ["at", "user_event", "add_event", "ctr", "calc_ctr"])
def test_its_functions_are_those_of_the_chapters(name: str) -> None:
    assert ast.unparse(named(ONE)[name]) == ast.unparse(named(ALL)[name])


@pytest.mark.parametrize("name", ["AppOpen", "Search", "Results", "ClickResult", "SearchVisit", "SearchCTR"])
def test_its_classes_are_those_of_the_chapters_less_what_only_a_log_needs(name: str) -> None:
    here, there = named(ONE)[name], named(ALL)[name]
    left_out = {"query_id", "rank"} | ({"items"} if name.startswith("Search") else set())
    assert fields(here) == [field for field in fields(there) if field not in left_out]
    assert list(map(ast.unparse, here.decorator_list)) == list(map(ast.unparse, there.decorator_list))


def test_its_sample_and_its_flow_are_those_of_the_chapters() -> None:
    starts = ("START =", "SAMPLE: ", "GAP =", "clock", "window", "flow")
    here = [text for text in map(ast.unparse, ONE) if text.startswith(starts)]
    there = [text for text in map(ast.unparse, ALL) if text.startswith(starts)]
    assert len(here) == len(starts) + len(["input", "map", "fold", "flat_map", "map", "output"])
    assert here == there


@given(st.lists(st.sampled_from(["open", "search", "results", "click"]), max_size=12))
def test_it_finds_the_same_searches_in_any_session(kinds: list[str]) -> None:
    one = PROGRAM
    make = {
        "open": lambda module, n: module["AppOpen"]("u", at(n)),
        "search": lambda module, n: module["Search"]("u", at(n), f"query {n}"),
        "results": lambda module, n: module["Results"]("u", at(n), ("x",)),
        "click": lambda module, n: module["ClickResult"]("u", at(n), "x"),
    }
    here = [make[kind](one, number) for number, kind in enumerate(kinds)]
    there = [make[kind](vars(events), number) for number, kind in enumerate(kinds)]
    found = [one["calc_ctr"](visit) for visit in one["split_searches"](("u", here))]
    right = [searches.calc_ctr(visit) for visit in searches.split_searches(("u", there))]
    assert list(map(str, found)) == list(map(str, right))
