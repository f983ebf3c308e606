"""The metrics examples: their numbers agree with each other and with the log."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from bytewax.testing import TestingOutput, run_main
from bytewax.window import EventClockConfig, TumblingWindow

from programs import LOG, printed_by
from search_sessions.engine.clock import REPLAY_SHIFT
from search_sessions.formats.ubi import ubi_reader
from search_sessions.logs.collect import collect_log
from search_sessions.logs.source import LogInput
from search_sessions.pipeline.collect import Collected
from search_sessions.pipeline.records import line_reader
from search_sessions.pipeline.settings import Settings

EXPECTED = Path(__file__).parent / "expected"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["search_quality", "ctr_per_day", "gap_sensitivity", "session_timeline"])
def test_an_example_prints_what_is_expected(name: str) -> None:
    assert printed_by(f"metrics/{name}.py") == (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.slow
def test_search_quality_says_the_same_in_json() -> None:
    said = json.loads(printed_by("metrics/search_quality.py", "--json"))
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
    assert re.search(r"^CTR +- ", printed_by("metrics/search_quality.py", str(log)), re.MULTILINE)
    assert json.loads(printed_by("metrics/search_quality.py", "--json", str(log)))["ctr"] is None
    assert " - " in printed_by("metrics/gap_sensitivity.py", str(log))


@pytest.mark.slow
@pytest.mark.parametrize("period", ["day", "hour"])
def test_the_totals_of_the_periods_add_up_to_the_log(period: str) -> None:
    rows = printed_by("metrics/ctr_per_day.py", "--per", period).splitlines()[3:]
    *totals, everything = [int(row[18:26]) for row in rows]
    assert sum(totals) == everything == len(collect_log(str(LOG)).searches)


def test_a_tumbling_window_after_the_sessions_would_lose_searches() -> None:
    days: list[tuple[str, int]] = []
    settings, collected = Settings(), Collected()
    flow = collected.flow(LogInput([str(LOG)]), line_reader(ubi_reader(settings.click_actions)), settings)
    clock = EventClockConfig(lambda search: search.time + REPLAY_SHIFT, settings.wait)
    start = min(search.time for search in collect_log(str(LOG)).searches)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0) + REPLAY_SHIFT
    window = TumblingWindow(align_to=midnight, length=timedelta(days=1))
    flow.map(lambda item: ("log", item[1]))
    flow.fold_window("days", clock, window, int, lambda count, _search: count + 1)
    flow.output("counts", TestingOutput(days))
    run_main(flow)
    assert sum(count for _, count in days) < len(collected.searches)
