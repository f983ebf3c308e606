"""Crash and resume: killed at any moment, the run ends with the lines of an undisturbed one."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import reference
from helpers import in_order, parsed, query, run, write_log
from make_log import make_log

ENVIRONMENT = {**os.environ, "RUST_BACKTRACE": "0"}


def command(log: str, folder: Path, options: str = "") -> list[str]:
    """Return the command that runs, or resumes, the flow from the log to two files in the folder."""
    out, rejects = str(folder / "out"), str(folder / "rejects")
    flow = f"search_sessions.logs.flow:log_flow({log!r}, out={out!r}, rejects={rejects!r}{options})"
    recovery = ["--sqlite-directory", str(folder / "state"), "--epoch-interval", "1"]
    (folder / "state").mkdir(exist_ok=True)
    return [sys.executable, "-m", "bytewax.run", flow, *recovery]


@pytest.mark.slow
@pytest.mark.parametrize("options", ["", ", max_delay_seconds=60"])
def test_a_run_killed_again_and_again_ends_with_the_same_lines(tmp_path: Path, options: str) -> None:
    rnd = random.Random(1)  # noqa: S311 - a fixed seed, not a secret
    log = make_log(tmp_path / "a.log", events=90_000, users=200, disorder=60, bad=100)
    # While it starts, in its first epoch, in later ones; each run adds about an epoch to the one before.
    kills = 0
    for least in (0.1, 0.2, 0.3, 0.4, 0.5, 1.0, 1.2, 1.4):
        process = subprocess.Popen(command(log, tmp_path, options), env=ENVIRONMENT)
        time.sleep(least + rnd.random() / 5)
        kills += process.poll() is None
        process.kill()
        process.wait()
    assert kills >= 5
    subprocess.run(command(log, tmp_path, options), env=ENVIRONMENT, check=True)
    lines = Path(log).read_bytes().splitlines()
    assert parsed((tmp_path / "out").read_bytes()) == in_order(reference.searches(lines))
    rejects = [json.loads(line)["line"] for line in (tmp_path / "rejects").read_text().splitlines()]
    assert rejects == [n for n, line in enumerate(lines, 1) if line in (b"no json", b'{"client_id": 7}')]


def test_a_run_that_ended_goes_on_with_what_was_appended_since(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.log", query("u1", "2024-03-01T12:00:00Z"))
    first = subprocess.run(
        command(log, tmp_path), env=ENVIRONMENT, check=True, capture_output=True, text=True
    )
    assert first.stderr == "1 line: 1 event, 0 ignored, 0 rejected, 0 late.\n"
    with Path(log).open("ab") as file:
        file.write(query("u2", "2024-03-01T13:00:00Z") + b"\n")
    second = subprocess.run(
        command(log, tmp_path), env=ENVIRONMENT, check=True, capture_output=True, text=True
    )
    assert second.stderr == "2 lines: 2 events, 0 ignored, 0 rejected, 0 late.\n"
    assert [line["user"] for line in parsed((tmp_path / "out").read_bytes())] == ["u1", "u2"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("'no-such.log', out='out'", "no-such.log: No such file or directory."),
        ("'a.log', out='no-such/out'", "no-such/out: No such file or directory."),
        ("'a.log', out='a.log'", "a.log: This run has another use for the file."),
        ("'a.log', out='out', rejects='./out'", "./out: This run has another use for the file."),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, arguments: str, says: str) -> None:
    log = Path(write_log(tmp_path / "a.log", query()))
    before = log.read_bytes()
    done = run("-m", "bytewax.run", f"search_sessions.logs.flow:log_flow({arguments})", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, f"{says}\n")
    assert log.read_bytes() == before
