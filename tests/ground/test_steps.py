"""The tutorial's flow, opened: it prints what the flow prints, and what each step hands on."""

import shutil
from pathlib import Path

import pytest

from helpers import ROOT, run, search_sessions

CHAPTERS = ["dataflow", "events", "sample", "searches", "sessions"]


def test_the_flow_of_the_tutorial_loads_its_five_chapters_and_no_other_module_of_the_package() -> None:
    code = (
        "import sys, search_sessions.dataflow;"
        "print(sorted(name.partition('.')[2] for name in sys.modules if name.startswith('search_sessions.')))"
    )
    assert run("-c", code).stdout == f"{CHAPTERS}\n"


def steps(name: str, *options: str) -> list[str]:
    """Return what a step of the tutorial run hands on."""
    lines = search_sessions("--steps", *options).stdout.splitlines()
    return [line.removeprefix(name).strip() for line in lines if line.startswith(f"{name} ")]


def test_each_step_is_shown_with_what_it_hands_on() -> None:
    assert steps("input")[:2] == ["AppOpen 09:00", "Search 09:01 'dogs'"]
    assert steps("user_event")[1] == "('1', Search 09:01 'dogs')"
    assert "('1', [AppOpen 09:45])" in steps("fold_window")
    assert steps("split_searches")[2] == "SearchVisit(Search 09:18 'fruit', clicks=[])"


def test_the_steps_end_in_what_the_tutorial_prints() -> None:
    shown = search_sessions("--steps").stdout.splitlines()
    rates = [line for line in shown if line.startswith("SearchCTR")]
    assert rates == search_sessions().stdout.splitlines()


def test_a_shorter_gap_makes_more_sessions_of_the_sample() -> None:
    assert (len(steps("fold_window")), len(steps("fold_window", "--gap", "10"))) == (3, 4)


def test_the_gap_changes_no_rate_of_the_sample() -> None:
    assert sorted(search_sessions("--gap", "10").stdout.splitlines()) == search_sessions().stdout.splitlines()


def test_an_option_that_means_something_for_a_log_alone_needs_one() -> None:
    for options in (["--click", "buy"], ["--max-delay", "5"], ["--wait", "5"], ["--rejects", "file"]):
        done = search_sessions(*options)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.endswith(f"error: {options[0]} needs a LOG.\n")


def test_steps_are_of_the_tutorial_and_need_no_log() -> None:
    done = search_sessions("a.log", "--steps")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("error: --steps shows the tutorial: it takes no LOG.\n")


def test_the_command_says_its_version() -> None:
    assert search_sessions("--version").stdout == "search-sessions 0.3.0\n"


EDITS = [
    ("sessions.py", "GAP = timedelta(minutes=30)", "GAP = timedelta(minutes=10)"),
    ("dataflow.py", "TestingInput(SAMPLE)", "TestingInput(SAMPLE[:4])"),
    ("dataflow.py", "flow.map(calc_ctr)", "flow.map(lambda visit: visit.search.query)"),
    ("searches.py", "1.0 if visit.clicks else 0.0", "1.0 if len(visit.clicks) > 1 else 0.0"),
]


@pytest.mark.parametrize(("chapter", "old", "new"), EDITS, ids=lambda text: str(text)[:12])
def test_what_a_reader_changes_in_a_chapter_shows_in_the_tutorial_run(
    chapter: str, old: str, new: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "src" / "search_sessions", tmp_path / "search_sessions")
    changed = tmp_path / "search_sessions" / chapter
    assert old in changed.read_text()
    changed.write_text(changed.read_text().replace(old, new))
    # The copy is not the package whose coverage is measured.
    copy = {"PYTHONPATH": str(tmp_path), "COVERAGE_PROCESS_CONFIG": "", "COVERAGE_PROCESS_START": ""}
    before, after = search_sessions("--steps"), search_sessions("--steps", env=copy)
    plain, plain_after = search_sessions(), search_sessions(env=copy)
    shows_in_the_steps = chapter != "dataflow.py" and sorted(after.stdout) != sorted(before.stdout)
    assert plain_after.stdout != plain.stdout or shows_in_the_steps
