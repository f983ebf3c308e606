"""The exercises are red until they are done, and green only for the right reason."""

import re
import subprocess
from pathlib import Path

import pytest

from helpers import ROOT, run

EXERCISES = ROOT / "examples" / "exercises"
SKELETONS = sorted(EXERCISES.glob("ex*.py"))
LONGEST = 49


def run_exercises(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of the exercises, as a reader does, but without plugins, which take long to load."""
    without_plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = ("-m", "pytest", "-p", "no:cacheprovider", str(EXERCISES))
    return run(*command, *arguments, cwd=ROOT, env=without_plugins)


@pytest.mark.slow
def test_every_exercise_is_red_at_first_and_says_why_with_a_hint() -> None:
    done = run_exercises()
    failed = re.findall(r"^_+ (test_ex(\d)\w+) _+\n(.+)\nHint: (.+)[.?]\n", done.stdout, re.MULTILINE)
    text = "".join(path.read_text() for path in sorted(EXERCISES.glob("test_*.py")))
    tests = re.findall(r"^def (test_ex\d\w+)", text, re.MULTILINE)
    assert done.returncode == 1
    assert [name for name, *_ in failed] == tests
    assert {number for _, number, *_ in failed} == set("123456")
    assert "Traceback" not in done.stdout


@pytest.mark.slow
def test_every_solution_passes() -> None:
    done = run_exercises("--answers", str(EXERCISES / "solutions"))
    assert re.search(r"= 12 passed in ", done.stdout)


A_LONGER_WAIT = """
    from datetime import timedelta
    from bytewax.window import EventClockConfig, TumblingWindow
    clock = EventClockConfig(lambda visit: visit.search.time, timedelta(days=1))
    hours = TumblingWindow(length=timedelta(hours=1), align_to=EVENTS[0].time.replace(minute=0))
    flow.map(lambda visit: ("all", visit))
    flow.fold_window("hours", clock, hours, list, lambda visits, visit: [*visits, visit])
    flow.map(lambda pair: (hour(pair[1][0]), Total(len(pair[1]), 0)))
"""

PER_HOUR = """
    flow.map(lambda visit: (hour(visit), visit))
    flow.stateful_map("hours", Total, count)
"""

ROW = "row = next(self._rows)\n        self._count += 1\n        return row"
READ_ERROR = 'return [RecordError(f"{row}: {error}.")]'
COMMIT = "        self._database.commit()\n        return"

# What the mistake is, the exercise, the piece of its solution, the mistake, what the test says of it.
WRONG = [
    ("the gap alone is changed", "ex1", '"09:06"),\n    ("2", "09:18", ', "", "see user 2"),
    ("a session lasts until the gap is over", "ex1", '"09:06"', '"09:16"', "see user 2"),
    ("the session without a search is forgotten", "ex1", '    ("1", "09:45", "09:45"),\n', "", "see user 1"),
    ("an event as old as the delay is late", "ex2", "[4, 6]", "[5, 4, 7, 6]", "one is not late"),
    ("any event out of order is late", "ex2", "[4, 6]", "[1, 5, 4, 7, 6]", "one is not late"),
    ("the delay is far too long", "ex2", "minutes=6", "minutes=60", "longer than need be"),
    ("the delay is a minute too short", "ex2", "minutes=6", "minutes=5", "2 of the nine events are late"),
    ("the rate is capped", "ex3", "sum(ctr(visit) for visit in visits)", "len(visits)", "the rate is 1.000"),
    ("no searches are a rate of zero", "ex3", "return None", "return 0.0", "the rate is 0.0, not None"),
    ("clicks are counted", "ex3", "ctr(visit)", "len(visit.clicks)", "the rate is 1.333"),
    ("the user is the key", "ex4", "visit.search.query", "visit.user", "The counts of the queries are"),
    ("all hours are one", "ex4", "(hour(visit), visit)", '("all", visit)', "The counts of the hours are"),
    ("the window waits for a day", "ex4", PER_HOUR, A_LONGER_WAIT, "In a log of two months, 2 of 4"),
    ("a row is read again", "ex5", "return self._count", "return self._count - 1", "Restarted after 1 rows"),
    (
        "the end is counted as a row",
        "ex5",
        ROW,
        "self._count += 1\n        return next(self._rows)",
        "After the end",
    ),
    ("the bad row is left out", "ex5", READ_ERROR, "return []", "became 0 outcomes"),
    ("the bad row is ignored", "ex5", READ_ERROR, "return [None]", "became None, not a RecordError"),
    ("the offset is kept", "ex5", ".astimezone(timezone.utc)", "", "the time is not in timezone.utc"),
    ("a strange kind is a click", "ex5", 'kind not in {"search", "click"}', "not kind", "not a RecordError"),
    ("no row is known again", "ex6", ", PRIMARY KEY (user, time, query)", "", "0 are lost, and 6 rows"),
    ("a query is taken for a search", "ex6", "(user, time, query)", "(user, query)", "16 are lost"),
    ("nothing is committed before the end", "ex6", COMMIT, "        return", "lost, and 0 rows"),
    ("what comes again is an error", "ex6", "OR IGNORE ", "", "IntegrityError: UNIQUE constraint failed"),
]


def answers_with(folder: Path, name: str, right: str, wrong: str) -> Path:
    """Write an answer: a solution of which a piece is replaced."""
    [solution] = (EXERCISES / "solutions").glob(f"{name}_*.py")
    text = solution.read_text()
    assert right in text
    answer = folder / solution.name
    answer.write_text(text.replace(right, wrong))
    return answer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "right", "wrong", "said"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_a_plausible_wrong_answer_fails(name: str, right: str, wrong: str, said: str, tmp_path: Path) -> None:
    answers_with(tmp_path, name, right, wrong)
    done = run_exercises("-k", name, "--answers", str(tmp_path))
    assert done.returncode == 1
    assert re.search(rf"^.*{re.escape(said)}.*\nHint: ", done.stdout, re.MULTILINE)


@pytest.mark.slow
def test_a_sink_that_takes_back_what_followed_its_snapshot_is_right_too(tmp_path: Path) -> None:
    """Another solution of exercise 6: the number of rows is the state, a new sink deletes those after it."""
    answer = answers_with(tmp_path, "ex6", ", PRIMARY KEY (user, time, query)", "")
    delete = 'self._database.execute("DELETE FROM searches WHERE rowid > ?", (resume_state or 0,))'
    count = 'self._database.execute("SELECT count(*) FROM searches").fetchone()[0]'
    text = answer.read_text().replace("\n\n    def write(", f"\n        {delete}\n\n    def write(")
    text = text.replace("return None", f"return int({count})").replace("INSERT OR IGNORE", "INSERT")
    answer.write_text(text)
    assert "= 1 passed" in run_exercises("-k", "ex6", "--answers", str(tmp_path)).stdout


@pytest.mark.slow
def test_an_error_in_an_answer_is_shown_with_its_line(tmp_path: Path) -> None:
    answer = answers_with(tmp_path, "ex4", "visit.search.query", "visit.search.text")
    line = answer.read_text().split("visit.search.text")[0].count("\n") + 1
    done = run_exercises("-k", "ex4_query", "--answers", str(tmp_path))
    assert f"AttributeError: 'Search' object has no attribute 'text' ({answer}, line {line})" in done.stdout


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda path: path.stem)
def test_an_exercise_is_short_and_has_a_solution_that_differs_in_its_marked_part(skeleton: Path) -> None:
    task, solution = skeleton.read_text(), (EXERCISES / "solutions" / skeleton.name).read_text()
    mark = "# ----- Your part ---"
    assert len(task.splitlines()) <= LONGEST
    assert task.count(mark) == solution.count(mark) == 1
    assert task != solution
    assert f"pytest examples/exercises -k {skeleton.stem[:3]}\n" in task


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ex1_gap", "ex2_late", "ex3_rate", "ex5_csv"])
def test_a_solution_runs_as_a_program(name: str) -> None:
    done = run(str(EXERCISES / "solutions" / f"{name}.py"), env={"PYTHONPATH": str(EXERCISES)})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


@pytest.mark.slow
def test_the_page_shows_a_failure_as_it_is() -> None:
    [shown] = re.findall(
        r"^```text\n(.*?)^```$", (EXERCISES / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert f"\n{shown}\n" in run_exercises("-k", "ex1").stdout


def test_the_page_has_a_section_a_folded_hint_and_a_link_for_each_exercise() -> None:
    _, *sections = (EXERCISES / "README.md").read_text().split("\n## ")
    assert [re.findall(r"\((ex\d\w+\.py)\)\)\n", section)[0] for section in sections] == [
        path.name for path in SKELETONS
    ]
    for section in sections:
        assert section.count("<details><summary>A second hint</summary>") == 1
        notice = section.split("**What to notice.** ")[1]
        assert re.search(r"\]\(\.\./\S+\)", notice)
