"""The examples print what `tests/expected` says, and their numbers agree with each other."""

import json
import re
import resource
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from bytewax.testing import TestingOutput, run_main
from bytewax.window import EventClockConfig, TumblingWindow

from search_sessions.runs import Run, run_log
from search_sessions.sessions import REPLAY_SHIFT, WAIT

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
EXPECTED = ROOT / "tests" / "expected"
LOG = EXAMPLES / "data" / "example.ndjson"
DAY = timedelta(days=1)
SECONDS = 5
SHAPE = re.compile(r"\b[mp][0-9a-f]{10}\b")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def run(*command: str) -> str:
    """Return what an example prints."""
    program = [sys.executable, *command]
    done = subprocess.run(program, cwd=EXAMPLES, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@pytest.mark.slow
@pytest.mark.parametrize("name", ["search_quality", "ctr_per_day", "gap_sensitivity", "session_timeline"])
def test_an_example_prints_what_is_expected_in_a_few_seconds(name: str) -> None:
    before = cpu_seconds()
    assert run(f"{name}.py") == (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")
    assert cpu_seconds() - before < SECONDS


@pytest.mark.slow
def test_however_it_is_run_a_log_has_the_same_searches() -> None:
    printed = run("throughput.py", "--events", "2000").splitlines()
    assert printed[-1] == "All found the same searches."
    assert [line.split("  ")[0] for line in printed[2:5]] == [
        "plain loop",
        "search_sessions",
        "one event at a time",
    ]


@pytest.mark.slow
def test_the_list_of_examples_has_them_all() -> None:
    listed = re.findall(r"\]\((\w+\.py)\)", (EXAMPLES / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(path.name for path in EXAMPLES.glob("*.py"))


@pytest.mark.slow
def test_the_example_log_is_what_its_script_writes() -> None:
    assert run("data/make_example_log.py") == LOG.read_text(encoding="utf-8")


@pytest.mark.slow
def test_search_quality_says_the_same_in_json() -> None:
    said = json.loads(run("search_quality.py", "--json"))
    table = (EXPECTED / "search_quality.txt").read_text(encoding="utf-8")
    assert f"{said['searches']:>8}" in table
    assert f"{'CTR':<28}{said['ctr']:>8.3f}" in table
    assert said["ctr"] + said["abandonment"] == pytest.approx(1)
    for row in said["top_queries"]:
        assert f"{row['query']:<28}{row['searches']:>8}{row['ctr']:>8.3f}" in table
    for row in said["zero_result_queries"]:
        assert f"{row['query']:<28}{row['zero_result_searches']:>8}" in table


@pytest.mark.slow
def test_values_that_are_undefined_are_shown_as_such(tmp_path: Path) -> None:
    log = tmp_path / "empty.ndjson"
    log.touch()
    assert re.search(r"^CTR +- ", run("search_quality.py", str(log)), re.MULTILINE)
    assert json.loads(run("search_quality.py", "--json", str(log)))["ctr"] is None
    assert " - " in run("gap_sensitivity.py", str(log))


@pytest.mark.slow
@pytest.mark.parametrize("period", ["day", "hour"])
def test_the_totals_of_the_periods_add_up_to_the_log(period: str) -> None:
    rows = run("ctr_per_day.py", "--per", period).splitlines()[3:]
    *totals, everything = [int(row[18:26]) for row in rows]
    assert sum(totals) == everything == len(run_log(str(LOG)).searches)


def test_a_tumbling_window_after_the_sessions_would_lose_searches() -> None:
    days: list[tuple[str, int]] = []
    collected = Run()
    flow = collected.flow(collected.log(str(LOG)))
    clock = EventClockConfig(lambda search: search.time + REPLAY_SHIFT, WAIT)
    start = min(search.time for search in run_log(str(LOG)).searches)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0) + REPLAY_SHIFT
    window = TumblingWindow(align_to=midnight, length=DAY)
    flow.map(lambda item: ("log", item[1]))
    flow.fold_window("days", clock, window, int, lambda count, _search: count + 1)
    flow.output("counts", TestingOutput(days))
    run_main(flow)
    assert sum(count for _, count in days) < len(collected.searches)


def numbers(svg: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(svg)]


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info < (3, 11), reason="its last plotting library draws a little otherwise")
def test_the_picture_of_the_sample_is_what_the_code_draws(tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.svg"
    run("session_timeline.py", "--plot", str(drawn))
    files = drawn, EXAMPLES / "session_timeline.svg"
    # Releases of the plotting library name their shapes and round differently.
    now, kept = (SHAPE.sub("shape", path.read_text(encoding="utf-8")) for path in files)
    assert NUMBER.sub("#", now) == NUMBER.sub("#", kept)
    assert numbers(now) == pytest.approx(numbers(kept), abs=0.5)


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [("ctr_per_day.py",), ("session_timeline.py", str(LOG), "--user", "u001")]
)
def test_pictures_of_a_log_are_drawn(command: tuple[str, ...], tmp_path: Path) -> None:
    run(*command, "--plot", str(tmp_path / "drawn.png"))
    assert (tmp_path / "drawn.png").read_bytes().startswith(b"\x89PNG")
