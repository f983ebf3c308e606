"""What a reader does first with a program, such as to leave out its argument, ends in no traceback."""

import os
import subprocess
import sys

import pytest

from helpers import run
from programs import EXAMPLES, LOG

OF_A_LOG = ["plain.py"]


@pytest.mark.parametrize("command", [*([program, str(LOG)] for program in OF_A_LOG)], ids=str)
def test_where_nobody_reads_what_it_prints_it_ends_without_a_word(command: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    program, *arguments = command
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / program), *arguments],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode != 0


@pytest.mark.parametrize("program", [*OF_A_LOG])
def test_without_a_log_it_says_what_is_missing(program: str) -> None:
    done = run(str(EXAMPLES / program))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(": error: the following arguments are required: log\n")


@pytest.mark.parametrize("program", OF_A_LOG)
@pytest.mark.parametrize("path", ["missing.ndjson", str(EXAMPLES)])
def test_a_log_that_cannot_be_read_is_named(program: str, path: str) -> None:
    done = run(str(EXAMPLES / program), path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert path in done.stderr.splitlines()[-1]
