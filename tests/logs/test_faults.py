"""Faults of files, disks and pipes: one sentence, a true status, and no line lost that can be read."""

import gzip
import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers import event, parsed, peak_of, query, run, search_sessions, write_log
from search_sessions.logs.file_checks import why_not_begun

ENVIRONMENT = {**os.environ, "RUST_BACKTRACE": "0"}


def in_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell command in a folder, in which `sessions` is the command line."""
    command = command.replace("sessions", f"{sys.executable} -m search_sessions")
    return subprocess.run(  # the shell is there for its redirections
        ["bash", "-c", command],  # noqa: S607
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a log that has two searches and no bad line."""
    write_log(tmp_path / "a.log", query("u1"), query("u2"))
    return tmp_path


full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk")


@full
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("sessions a.log > /dev/full", "Standard output: No space left on device.\n"),
        ("sessions a.log --out /dev/full", "/dev/full: No space left on device.\n"),
        ("sessions bad.log --rejects /dev/full", "/dev/full: No space left on device.\n"),
    ],
)
def test_a_full_disk_is_one_sentence_and_status_1(
    folder: Path, command: str, says: str, workers: str
) -> None:
    write_log(folder / "bad.log", query(), b"no json")
    done = in_shell(command.replace(".log", f".log --workers {workers}"), folder)
    assert (done.returncode, done.stderr) == (1, says)


@full
@pytest.mark.parametrize("command", ["sessions", "sessions --steps"])
def test_a_full_disk_is_one_sentence_for_the_tutorial_too(folder: Path, command: str) -> None:
    done = in_shell(f"{command} > /dev/full", folder)
    assert (done.returncode, done.stderr) == (1, "Standard output: No space left on device.\n")


@pytest.mark.parametrize("command", ["sessions", "sessions a.log"])
def test_a_closed_standard_output_is_one_sentence_and_status_1(folder: Path, command: str) -> None:
    done = in_shell(f"{command} >&-", folder)
    assert (done.returncode, done.stderr) == (1, "Standard output is closed.\n")


@full
@pytest.mark.parametrize("stderr", ["2>&-", "2>/dev/full"])
@pytest.mark.parametrize("out", ["", "--out out"])
def test_a_standard_error_that_cannot_be_written_costs_no_row(folder: Path, stderr: str, out: str) -> None:
    write_log(folder / "a.log", query("u1"), b"no json", query("u2"))
    done = in_shell(f"sessions a.log {out} {stderr}", folder)
    rows = (folder / "out").read_text() if out else done.stdout
    assert (done.returncode, len(parsed(rows))) == (0, 2)


@pytest.mark.parametrize("options", ["", "--recovery state", "--processes 2", "--workers 2"])
def test_a_standard_error_whose_reader_is_gone_costs_no_row(folder: Path, options: str) -> None:
    write_log(folder / "a.log", query("u1"), b"no json", query("u2"))
    command = f"sessions a.log --out out {options}"
    gone = f"{{ {command}; echo $? > status; }} 2>&1 | true; while ! [ -s status ]; do sleep 0.1; done"
    in_shell(gone, folder)
    assert (folder / "status").read_text() == "0\n"
    assert len(parsed((folder / "out").read_text())) == 2


def test_a_terminal_that_is_gone_costs_no_row(folder: Path) -> None:
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "search_sessions", "a.log", "--out", "out"]
    os.close(leader)
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, stderr=follower, check=False)
    os.close(follower)
    assert (done.returncode, len(parsed((folder / "out").read_text()))) == (0, 2)


@pytest.mark.parametrize("options", [[], ["--workers", "2"], ["--processes", "2"]])
def test_a_terminal_that_goes_away_while_a_log_is_read_costs_no_row(folder: Path, options: list[str]) -> None:
    good = [query(f"u{number}", text="dogs" * 100) for number in range(5_000)]
    write_log(folder / "a.log", *good, *[b"no json"] * 10)
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "search_sessions", "a.log", "--out", "out", *options]
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stderr=follower) as process:
        os.close(follower)
        os.read(leader, 1)  # the bar has begun
        os.close(leader)
    assert (process.returncode, len(parsed((folder / "out").read_text()))) == (0, 5_000)


@pytest.mark.parametrize("error", [OSError(24, "Too many open files"), OSError("Too many open files")])
def test_an_error_that_names_no_file_is_a_sentence_about_the_run(error: OSError) -> None:
    assert why_not_begun(error) == "The run cannot begin: Too many open files."


@pytest.mark.parametrize("options", ["", "a.log", "a.log --processes 2"])
def test_a_standard_output_whose_reader_is_gone_ends_the_run_without_a_word(
    folder: Path, options: str
) -> None:
    done = in_shell(f"set -o pipefail; sessions {options} | exec 0<&-", folder)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_file_name_that_is_not_utf_8_is_a_name(folder: Path) -> None:
    write_log(folder / "a.log", query("u1"), b"no json")
    done = in_shell(r"cp a.log $'\xff.log'; sessions $'\xff.log' --out $'\xff.out' --rejects both", folder)
    assert (done.returncode, done.stderr.startswith("2 lines: 1 event ")) == (0, True)
    assert len(parsed((Path(os.fsdecode(os.fsencode(folder) + b"/\xff.out"))).read_bytes())) == 1
    assert json.loads((folder / "both").read_text())["file"] == "\\xff.log"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("sessions a.log --rejects both > both", "both: This run has another use for the file.\n"),
        ("sessions a.log --rejects both --out ./both", "both: This run has another use for the file.\n"),
        ("sessions a.log >> a.log", "/dev/stdout: This run has another use for the file.\n"),
    ],
)
def test_one_file_has_one_use_even_where_the_shell_has_opened_it(
    folder: Path, command: str, says: str
) -> None:
    before = (folder / "a.log").read_bytes()
    done = in_shell(command, folder)
    assert (done.returncode, done.stderr) == (2, says)
    assert (folder / "a.log").read_bytes() == before


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("sessions a.log --rejects /dev/stdout | cat", "/dev/stdout"),
        ("sessions a.log --out /dev/fd/1 --rejects /dev/stdout", "/dev/stdout"),
        ("mkfifo pipe; ln -s pipe link; exec 3<>pipe; sessions a.log --out pipe --rejects link", "link"),
    ],
)
def test_one_pipe_is_no_output_for_two_kinds_of_lines(folder: Path, command: str, says: str) -> None:
    done = in_shell(f"set -o pipefail; {command}", folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{says}: This run has another use for the file.\n"


def test_a_terminal_is_no_output_for_two_kinds_of_lines(folder: Path) -> None:
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "search_sessions", "a.log", "--rejects", "/dev/stdout"]
    done = subprocess.run(
        command, cwd=folder, stdin=follower, stdout=follower, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(follower)
    os.close(leader)
    assert (done.returncode, done.stderr) == (2, "/dev/stdout: This run has another use for the file.\n")


@pytest.mark.parametrize(
    "command",
    [
        "sessions a.log --out /dev/null --rejects /dev/null; cat a.log",
        "sessions a.log 2>&1 | grep dogs",
        "sessions a.log --out /dev/stdout 2>&1 | grep dogs",
        "sessions a.log --rejects /dev/null 2>&1 | grep dogs",
    ],
)
def test_the_null_device_takes_all_lines_and_a_pipe_takes_sentences_with_them(
    folder: Path, command: str
) -> None:
    done = in_shell(f"set -o pipefail; {command}", folder)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2)


@pytest.mark.parametrize(
    "command", ["sessions a.log --out both 2> both", "sessions a.log --out out --rejects both 2>> both"]
)
def test_standard_error_is_no_file_for_lines(folder: Path, command: str) -> None:
    done = in_shell(command, folder)
    assert done.returncode == 2
    assert (folder / "both").read_text() == "both: This run has another use for the file.\n"


def test_of_standard_input_only_that_is_read_which_others_have_left(folder: Path) -> None:
    done = in_shell("{ read first; sessions -; } < a.log", folder)
    assert [line["user"] for line in parsed(done.stdout)] == ["u2"]


@pytest.mark.parametrize("log", ["-", "/dev/stdin", "/dev/fd/0"])
def test_a_closed_standard_input_is_one_sentence_and_status_2(folder: Path, log: str) -> None:
    done = in_shell(f"sessions {log} <&-", folder)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "Standard input is closed.\n")


def test_a_dash_is_standard_input(folder: Path) -> None:
    done = in_shell("cat a.log | sessions - --gap 20", folder)
    assert len(parsed(done.stdout)) == 2


@pytest.mark.parametrize(
    "text", [query(), b"\xef\xbb\xbf" + query(), gzip.compress(query())], ids=["plain", "marked", "packed"]
)
def test_a_pipe_that_hands_on_one_byte_at_first_is_read_like_any_other(folder: Path, text: bytes) -> None:
    (folder / "text").write_bytes(text)
    slow = "(head -c 1 text; sleep 0.3; tail -c +2 text | head -c 1; sleep 0.3; tail -c +3 text)"
    done = in_shell(f"{slow} | sessions -", folder)
    assert done.stderr.startswith("1 line: 1 event in 1 session, 0 ignored, 0 rejected, 0 late.")


@pytest.mark.parametrize("log", ["-", "/dev/fd/0"])
@pytest.mark.parametrize("options", [[], ["--workers", "2"]])
def test_a_pipe_that_is_set_not_to_wait_ends_where_its_writer_ends(
    folder: Path, log: str, options: list[str]
) -> None:
    end, start = os.pipe()
    os.set_blocking(end, False)
    command = [sys.executable, "-m", "search_sessions", log, "--out", "out", *options]
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdin=end) as process:
        os.close(end)
        for user in ("u1", "u2", "u3"):
            time.sleep(0.3)
            os.write(start, query(user) + b"\n")
        os.close(start)
    assert (process.returncode, len(parsed((folder / "out").read_text()))) == (0, 3)


def test_where_every_line_is_rejected_the_status_says_so(folder: Path) -> None:
    done = search_sessions(write_log(folder / "b.log", b"user,query", b"u1,dogs"))
    assert done.returncode == 1
    assert done.stderr.endswith("\nNo line of the input could be used.\n")


def test_what_goes_wrong_in_a_worker_ends_the_run_with_a_sentence_and_status_1(folder: Path) -> None:
    program = """
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingInput, TestingOutput
from search_sessions.engine.run import run_flow
flow = Dataflow()
flow.input("numbers", TestingInput([1, 2, 0]))
flow.map(lambda number: 1 / number)
flow.output("out", TestingOutput([]))
"""
    for workers in (1, 2):
        done = run("-c", f"{program}\nrun_flow(flow, {workers})", cwd=folder)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1] == "The run failed: ZeroDivisionError: division by zero."


@pytest.mark.parametrize("workers", ["9", "33"])
def test_more_than_eight_workers_are_refused_by_every_runner(folder: Path, workers: str) -> None:
    done = search_sessions("a.log", "--workers", workers, cwd=folder)
    says = f"The workers must be from 1 to 8, not {workers}."
    assert (done.returncode, done.stderr.endswith(f"error: {says}\n")) == (2, True)
    flow = "search_sessions.logs.flow:log_flow('a.log', out='out')"
    assert says in run("-m", "bytewax.run", flow, "-w", workers, cwd=folder, timeout=300).stderr


@pytest.mark.slow
def test_rejected_lines_do_not_pile_up_in_memory(folder: Path) -> None:
    with (folder / "big.log").open("wb") as log:
        for _ in range(60):
            log.write(b"x" * 5_000_000 + b"\n")
        log.write(event() + b"\n")
    done, mebibytes = peak_of("big.log", "--rejects", "rejects", cwd=folder)
    assert done.returncode == 0
    assert mebibytes < 250
    assert (folder / "rejects").stat().st_size > 300_000_000
