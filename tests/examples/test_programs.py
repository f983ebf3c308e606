"""What a reader does first with a program, such as to leave out its argument, ends in no traceback."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from helpers import run
from programs import EXAMPLES, LOG, printed_by

OF_A_LOG = ["plain.py", *(f"scale/{name}.py" for name in ("plain_loop", "batch_query", "one_at_a_time"))]


@pytest.mark.parametrize("program", [*OF_A_LOG, "data/make_example_log.py", "order/lost_events.py"])
def test_where_nobody_reads_what_it_prints_it_ends_without_a_word(program: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, str(EXAMPLES / program), *([str(LOG)] if program in OF_A_LOG else [])]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode != 0


@pytest.mark.parametrize("program", OF_A_LOG)
def test_without_a_log_it_says_what_is_missing(program: str) -> None:
    done = run(str(EXAMPLES / program))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(": error: the following arguments are required: log\n")


@pytest.mark.parametrize("program", OF_A_LOG)
@pytest.mark.parametrize("path", ["missing.ndjson", str(EXAMPLES)])
def test_a_log_that_cannot_be_read_is_named(program: str, path: str) -> None:
    done = run(str(EXAMPLES / program), path)
    assert (done.returncode != 0, done.stdout) == (True, "")
    assert "Traceback" not in done.stderr
    assert path in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "error: the following arguments are required: FILE"),
        (["{folder}/a.log", "many"], "error: argument COPIES: invalid int value: 'many'"),
        (["{folder}/a.log", "0"], "error: COPIES must be from 1 to 10,000, not 0."),
        (["{folder}/a.log", "100000"], "error: COPIES must be from 1 to 10,000, not 100000."),
        (["{folder}/missing/a.log"], "{folder}/missing/a.log: No such file or directory."),
    ],
)
def test_a_long_log_that_cannot_be_written_is_a_sentence(
    tmp_path: Path, arguments: list[str], says: str
) -> None:
    done = run(str(EXAMPLES / "crashes/long_log.py"), *(text.format(folder=tmp_path) for text in arguments))
    assert (done.returncode != 0, done.stdout) == (True, "")
    assert done.stderr.endswith(says.format(folder=tmp_path) + "\n")
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_long_log_has_so_many_copies_each_a_month_after_the_one_before(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    assert printed_by("crashes/long_log.py", str(log), "3") == f"{log}: 5,370 lines.\n"
    times = [datetime.fromisoformat(json.loads(line)["timestamp"]) for line in log.read_text().splitlines()]
    assert times[1790:] == [time + timedelta(days=30) for time in times[:-1790]]


@pytest.mark.parametrize("arguments", [[], ["rihgt"]])
@pytest.mark.parametrize("program", sorted(path.name for path in (EXAMPLES / "mistakes").glob("*.py")))
def test_a_mistake_is_shown_where_one_asks_for_it(program: str, arguments: list[str]) -> None:
    done = run(str(EXAMPLES / "mistakes" / program), *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"usage: {program} [-h] {{wrong,right}}\n")
