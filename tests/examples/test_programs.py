"""What a reader does first with a program, such as to leave out its argument, ends in no traceback."""

import os
import subprocess
import sys

import pytest

from helpers import run
from programs import EXAMPLES, LOG

OF_A_LOG = ["plain.py", *(f"scale/{name}.py" for name in ("plain_loop", "batch_query", "one_at_a_time"))]


@pytest.mark.parametrize("program", OF_A_LOG)
def test_where_nobody_reads_what_it_prints_it_ends_without_a_word(program: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, str(EXAMPLES / program), str(LOG)]
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
