"""The metrics examples: their numbers agree with each other and with the log."""

import json
import os
import re
import shlex
import subprocess
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from helpers import event, query, run, write_log
from programs import EXAMPLES, LOG, table_of
from search_sessions.engine.stop import NO_READER
from search_sessions.logs.collect import collect_log

PROGRAMS = ("search_quality", "ctr_per_day", "second_window", "gap_sensitivity", "session_timeline")


@pytest.mark.slow
def test_search_quality_says_the_same_in_json() -> None:
    said = json.loads(table_of("search_quality", "--json"))
    table = table_of("search_quality")
    assert f"{said['searches']:>8}" in table
    assert f"{'CTR':<28}{said['ctr']:>8.3f}" in table
    assert said["ctr"] + said["abandonment"] == pytest.approx(1)
    for row in said["top_queries"]:
        assert f"{row['query']:<28}{row['searches']:>8}{row['ctr']:>8.3f}" in table
    for row in said["zero_result_queries"]:
        assert f"{row['query']:<28}{row['zero_result_searches']:>8}" in table


@pytest.mark.slow
def test_what_a_log_does_not_say_is_no_number() -> None:
    options = ("--user", "session_id", "--click", "product_click")
    shop = ("search_quality", str(EXAMPLES / "logs" / "shop.ndjson"), *options)
    table = table_of(*shop)
    assert re.search(r"^zero-result rate +- .* 0 of 2 searches$", table, re.MULTILINE)
    assert re.search(r"^MRR of the first click +- .* 0 of 1 clicked$", table, re.MULTILINE)
    assert re.search(r"^found nothing +-$", table, re.MULTILINE)
    said = json.loads(table_of(*shop, "--json"))
    unknown = ("zero_result_rate", "mean_reciprocal_rank", "zero_result_queries")
    assert [said[name] for name in unknown] == [None, None, None]
    assert (said["searches"], said["clicked"], said["ranked"], said["with_results"]) == (2, 1, 0, 0)
    said = json.loads(table_of(*shop, "--json", "--ordinals-from", "1"))
    assert (said["mean_reciprocal_rank"], said["ranked"]) == (0.5, 1)


@pytest.mark.slow
def test_values_that_are_undefined_are_shown_as_such(tmp_path: Path) -> None:
    log = tmp_path / "empty.ndjson"
    log.touch()
    assert re.search(r"^CTR +- ", table_of("search_quality", str(log)), re.MULTILINE)
    assert json.loads(table_of("search_quality", "--json", str(log)))["ctr"] is None
    assert " - " in table_of("gap_sensitivity", str(log))


@pytest.mark.slow
@pytest.mark.parametrize("period", ["day", "hour"])
def test_the_totals_of_the_periods_add_up_to_the_log(period: str) -> None:
    rows = table_of("ctr_per_day", "--per", period).splitlines()[1:]
    *totals, everything = [int(row[18:26]) for row in rows]
    assert sum(totals) == everything == len(collect_log(str(LOG)).searches)


@pytest.mark.slow
def test_an_hour_without_a_search_is_a_row_without_a_rate() -> None:
    rows = table_of("ctr_per_day", "--per", "hour").splitlines()[1:-1]
    hours = [datetime.fromisoformat(row[:16]) for row in rows]
    assert {after - before for before, after in pairwise(hours)} == {timedelta(hours=1)}
    assert "2024-03-05 03:00         0        0       -" in rows


@pytest.mark.slow
def test_the_day_of_the_broken_ranking_is_odd_and_no_other() -> None:
    odd = [row for row in table_of("ctr_per_day").splitlines() if row.endswith("odd")]
    assert [row[:10] for row in odd] == ["2024-03-13"]


@pytest.mark.slow
def test_days_that_are_centuries_apart_end_in_a_sentence(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.ndjson", query(time=0), query(time="2024-03-01T12:00:00Z"))
    done = run(str(EXAMPLES / "metrics/ctr_per_day.py"), log)
    assert done.returncode == 1
    span = "From 1970-01-01 00:00 to 2024-03-01 00:00 there are 19,784 days"
    assert done.stderr.splitlines()[-1] == f"{span}, too many to show: is a time wrong?"


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
def test_the_settings_of_a_program_are_those_of_every_command(program: str) -> None:
    for arguments, sentence in [
        (["--gap", "0"], "The gap must be a number of minutes"),
        (["missing.ndjson"], "missing.ndjson: No such file or directory."),
    ]:
        done = run(str(EXAMPLES / f"metrics/{program}.py"), *arguments)
        assert done.returncode == 2
        assert sentence in done.stderr.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_accounts_for_the_lines_of_its_log_once_and_not_among_its_numbers(
    program: str, tmp_path: Path
) -> None:
    log = write_log(tmp_path / "a.ndjson", *[query(time=None)] * 7, query(), event(action="buy"))
    done = run(str(EXAMPLES / f"metrics/{program}.py"), log)
    assert done.returncode == 0
    *reasons, more, hint, counts, blank = done.stderr.splitlines()
    reason = "`timestamp` is missing: the event has no time."
    assert reasons == [f"{log}, line {number}: {reason}" for number in range(1, 6)]
    assert more == "... and 2 more: `python -m search_sessions LOG --rejects FILE` keeps them all."
    assert hint == "No clicks: actions were buy 1; see --click."
    assert counts == "9 lines: 2 events, 0 ignored, 7 rejected, 0 late."
    assert blank == "" != done.stdout.splitlines()[0]


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_log_of_which_no_line_can_be_used_is_no_success(program: str, tmp_path: Path) -> None:
    done = run(str(EXAMPLES / f"metrics/{program}.py"), write_log(tmp_path / "a.ndjson", b"{"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("\nNo line of the input could be used.\n")


@pytest.mark.slow
def test_a_gap_that_is_named_is_shown_between_the_usual_ones() -> None:
    rows = table_of("gap_sensitivity", "--gap", "20").splitlines()[1:]
    assert [row[:6].strip() for row in rows] == ["5 min", "15 min", "20 min", "30 min", "60 min"]


@pytest.mark.slow
def test_a_log_that_can_be_read_only_once_is_refused_where_it_is_read_for_each_gap(tmp_path: Path) -> None:
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)
    for log in ("/dev/stdin", pipe):
        arguments = [str(EXAMPLES / "metrics/gap_sensitivity.py"), log]
        done = run(*arguments, input=LOG.read_text(encoding="utf-8"), timeout=60)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.endswith(f"{log}: it is read more than once, so it must be a file.\n")


@pytest.mark.slow
def test_clicks_of_another_name_are_counted_if_they_are_named() -> None:
    rates = [table_of("gap_sensitivity", "--click", action).split()[-1] for action in ("click", "x")]
    assert rates == ["0.581", "0.000"]


@pytest.mark.slow
def test_a_user_who_was_named_is_shown_or_missed_in_a_sentence() -> None:
    named = [f"--show={user}" for user in ("u001", "u002", "nobody")]
    printed = table_of("session_timeline", str(LOG), *named)
    assert "user u001, 2024-03-09\n" in printed
    assert "user u002 has no session in these hours: the first starts 2024-03-04 11:12\n" in printed
    assert "user nobody is not in the log\n" in printed
    assert "user u002, 2024-03-0" in table_of("session_timeline", str(LOG), "--show=u002")


@pytest.mark.slow
def test_a_log_without_a_session_has_no_timeline(tmp_path: Path) -> None:
    done = run(str(EXAMPLES / "metrics/session_timeline.py"), write_log(tmp_path / "a.ndjson", b""))
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "There is no session to show.")


@pytest.mark.slow
def test_a_setting_of_logs_is_refused_where_the_sample_is_shown() -> None:
    done = run(str(EXAMPLES / "metrics/session_timeline.py"), "--click", "buy")
    assert done.returncode == 2
    assert done.stderr.endswith("Without a log, --gap is the only setting that means something.\n")


@pytest.mark.slow
def test_a_second_window_loses_searches_and_a_running_total_does_not() -> None:
    *_, searches, in_windows = table_of("second_window").split()
    assert int(in_windows) < int(searches) == len(collect_log(str(LOG)).searches)


@pytest.mark.slow
def test_a_query_may_say_anything(tmp_path: Path) -> None:
    """Not mathematics, no line break, no command to a terminal, and letters that the pictures' font lacks."""
    text = "$5 to \\frac{1}{2\n\x1b[31m\x00\x9b犬"
    log = write_log(tmp_path / "a.ndjson", query("u\n\x1b1", text=text))
    printed = table_of("session_timeline", log, "--plot", str(tmp_path / "a.svg"))
    assert printed.startswith('user u 1, 2024-03-01\n  12:00:00  searches "$5 to \\frac{1}{2 [31m 犬"\n')
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    quality = table_of("search_quality", log)
    assert quality.count("\n$5 to \\frac{1}{2 [31m 犬 ") == 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", printed + quality + drawn)


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (" >&-", "Standard output is closed.\n"),
        (" > /dev/full", "Standard output: No space left on device.\n"),
    ],
)
def test_an_output_that_takes_nothing_is_a_sentence(program: str, output: str, sentence: str) -> None:
    if "full" in output and not Path("/dev/full").exists():
        pytest.skip("this system has no such device")
    script = shlex.join([sys.executable, str(EXAMPLES / f"metrics/{program}.py")]) + output
    done = subprocess.run(["/bin/bash", "-c", script], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert done.stderr.endswith(sentence)
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_reader_that_has_had_enough_ends_a_program_without_a_word() -> None:
    command = [sys.executable, str(EXAMPLES / "metrics/ctr_per_day.py"), "--per=hour"]
    script = f"set -o pipefail; {shlex.join(command)} | head -n 1"
    done = subprocess.run(["/bin/bash", "-c", script], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode in {0, NO_READER}  # all may have been written before
    assert len(done.stdout.splitlines()) == 1
    assert "Broken pipe" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_output_whose_encoding_lacks_a_letter_shows_a_question_mark(encoding: str, tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.ndjson", query(text="🐕 café"))
    environment = {"PYTHONIOENCODING": encoding}
    for program in PROGRAMS:
        done = run(str(EXAMPLES / f"metrics/{program}.py"), log, env=environment, encoding=encoding)
        assert done.returncode == 0
        assert "? caf" in done.stdout or program not in {"search_quality", "session_timeline"}


@pytest.mark.slow
def test_rates_of_no_search_are_no_picture(tmp_path: Path) -> None:
    arguments = [write_log(tmp_path / "a.ndjson", b""), "--plot", str(tmp_path / "a.png")]
    done = run(str(EXAMPLES / "metrics/ctr_per_day.py"), *arguments)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "There is no search to draw.")
