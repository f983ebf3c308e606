"""Crash and resume: killed at any moment, the run ends with the lines of an undisturbed one."""

import gzip
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest

import reference
from helpers import event, in_order, parsed, query, run, search_sessions, write_log
from make_log import make_log
from search_sessions.engine.store import reading, rows_of, stored_states
from search_sessions.pipeline.lock import locked

ENVIRONMENT = {**os.environ, "RUST_BACKTRACE": "0"}
BAD = (b"no json", b'{"client_id": 7}')


def arguments(log: str, folder: Path, *options: str) -> list[str]:
    """Return what it takes to run, or resume, the flow from the log to two files in the folder."""
    files = ["--out", str(folder / "out"), "--rejects", str(folder / "rejects")]
    return [log, *files, "--recovery", str(folder / "state"), "--epoch", "1", *options]


def start(log: str, folder: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "search_sessions", *arguments(log, folder, *options)]
    return subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)


def by_the_rule(lines: Sequence[bytes], delay: float) -> tuple[list[bytes], list[int]]:
    """Return the lines that are in time, and the numbers of those that are late, in plain Python."""
    newest, in_time, late = 0, [], []
    for number, line in enumerate(lines, 1):
        if not line or line in BAD:
            continue
        millis = json.loads(line)["timestamp"]
        newest = max(newest, millis)
        if newest - millis > delay * 1000:
            late.append(number)
        else:
            in_time.append(line)
    return in_time, late


@pytest.mark.slow
@pytest.mark.parametrize(
    ("delay", "options"),
    [(20, ["--max-delay", "20"]), (60, ["--max-delay", "60", "--workers", "2"])],
    ids=["a delay shorter than the disorder", "two workers"],
)
def test_after_twenty_kills_every_line_is_in_the_one_place_where_it_belongs(
    tmp_path: Path, delay: float, options: list[str]
) -> None:
    rnd = random.Random(1)  # noqa: S311 - a fixed seed, not a secret
    log = make_log(tmp_path / "a.log", events=120_000, users=200, disorder=60, bad=100)
    kills = 0
    for _ in range(20):  # while it starts, in its first epoch, in later ones
        process = start(log, tmp_path, *options)
        time.sleep(rnd.uniform(0.1, 1.5))
        kills += process.poll() is None
        process.kill()
        process.communicate()
    assert kills >= 5
    done = search_sessions(*arguments(log, tmp_path, *options))
    lines = Path(log).read_bytes().splitlines()
    in_time, late = by_the_rule(lines, delay)
    assert bool(late) == (delay < 60)
    assert parsed((tmp_path / "out").read_bytes()) == in_order(reference.searches(in_time))
    rejects = [json.loads(line)["line"] for line in (tmp_path / "rejects").read_text().splitlines()]
    rejected = [number for number, line in enumerate(lines, 1) if line in BAD]
    assert rejects == sorted(rejected + late)
    assert done.returncode == 0
    assert done.stderr == (
        f"{len(lines):,} lines: {len(in_time):,} events, {lines.count(b''):,} ignored, "
        f"{len(rejected):,} rejected, {len(late):,} late.\n"
    )


def wait_until_closed_sessions_are_being_deleted(process: subprocess.Popen[str], store: Path) -> None:
    """Wait until two workers have deleted a part of what says that sessions of an ended epoch are closed."""
    most = closed = 0
    while not 0 < closed < 0.7 * most:
        assert process.poll() is None
        with suppress(sqlite3.OperationalError), ExitStack() as stack:
            paths = [store / f"worker{worker}.sqlite3" for worker in range(2)]
            stores = [stack.enter_context(reading(path)) for path in paths]
            closed = len(rows_of(stores, "SELECT 1 FROM state WHERE snapshot IS NULL"))
            most = max(most, closed)


@pytest.mark.slow
def test_a_session_that_was_closed_stays_closed_where_two_workers_were_killed_while_they_deleted_it(
    tmp_path: Path,
) -> None:
    log = make_log(tmp_path / "a.log", events=20_000, users=4_000)
    options = ["--max-delay", "60", "--workers", "2", "--epoch", "0.05"]
    process = start(log, tmp_path, *options)
    wait_until_closed_sessions_are_being_deleted(process, tmp_path / "state")
    process.kill()
    process.communicate()
    assert search_sessions(*arguments(log, tmp_path, *options)).returncode == 0
    expected = in_order(reference.searches(Path(log).read_bytes().splitlines()))
    assert parsed((tmp_path / "out").read_bytes()) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status", "workers"), [(signal.SIGTERM, 143, "1"), (signal.SIGINT, 130, "2")]
)
def test_a_signal_ends_the_run_without_a_word_and_the_next_one_goes_on(
    tmp_path: Path, number: signal.Signals, status: int, workers: str
) -> None:
    log = make_log(tmp_path / "a.log", events=60_000, users=200)
    options = ["--max-delay", "60", "--workers", workers]
    process = start(log, tmp_path, *options)
    while not (tmp_path / "out").exists() or not (tmp_path / "out").stat().st_size:  # now it reads and writes
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    assert (process.communicate()[1], process.returncode) == ("", status)
    assert search_sessions(*arguments(log, tmp_path, *options)).returncode == 0
    expected = in_order(reference.searches(Path(log).read_bytes().splitlines()))
    assert parsed((tmp_path / "out").read_bytes()) == expected


def users(folder: Path) -> list[Any]:
    return [line["user"] for line in parsed((folder / "out").read_bytes())]


def append(log: str, text: bytes) -> None:
    with Path(log).open("ab") as file:
        file.write(text)


@pytest.fixture
def log(tmp_path: Path) -> str:
    """Return a log of two lines that a run has read."""
    log = write_log(tmp_path / "a.log", *(query(f"u{n}", f"2024-03-01T1{n}:00:00Z") for n in (1, 2)))
    assert search_sessions(*arguments(log, tmp_path)).returncode == 0
    return log


def test_a_run_that_ended_goes_on_with_what_was_appended_since(log: str, tmp_path: Path) -> None:
    append(log, query("u3", "2024-03-01T13:00:00Z") + b"\n")
    done = search_sessions(*arguments(log, tmp_path))
    assert done.stderr == "3 lines: 3 events, 0 ignored, 0 rejected, 0 late.\n"
    assert users(tmp_path) == ["u1", "u2", "u3"]


def test_a_run_that_goes_on_gives_no_hint_from_the_part_of_the_log_that_it_has_read(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.log", query(), event())
    search_sessions(*arguments(log, tmp_path))
    append(log, event(action="view") + b"\n")
    done = search_sessions(*arguments(log, tmp_path))
    assert done.stderr == "3 lines: 3 events, 0 ignored, 0 rejected, 0 late.\n"


def test_a_last_line_that_is_half_written_is_left_for_the_next_run(log: str, tmp_path: Path) -> None:
    line = query("u3", "2024-03-01T13:00:00Z")
    append(log, line[:30])
    done = search_sessions(*arguments(log, tmp_path))
    assert done.stderr.splitlines() == [
        f"{log}: the last line has no line break, and is left for the next run.",
        "2 lines: 2 events, 0 ignored, 0 rejected, 0 late.",
    ]
    append(log, line[30:] + b"\n")
    search_sessions(*arguments(log, tmp_path))
    assert users(tmp_path) == ["u1", "u2", "u3"]


def test_of_a_gzip_file_that_is_still_written_the_rest_is_read_by_the_next_run(tmp_path: Path) -> None:
    log = tmp_path / "a.log.gz"
    lines = [event(f"u{n:05}", 1709294400000 + n, "view", page=os.urandom(20).hex()) for n in range(3_000)]
    whole = gzip.compress(b"".join(line + b"\n" for line in lines))
    log.write_bytes(whole[: len(whole) // 2])
    left, *_, account = search_sessions(*arguments(str(log), tmp_path)).stderr.splitlines()
    assert left == f"{log}: the rest cannot be read (The file is cut off), and is left for the next run."
    read = re.fullmatch(r"([\d,]+) lines: \1 events, 0 ignored, 0 rejected, 0 late.", account)
    assert read
    assert 1_000 < int(read[1].replace(",", "")) < 2_000
    log.write_bytes(whole)
    second = search_sessions(*arguments(str(log), tmp_path))
    assert second.stderr.endswith("3,000 lines: 3,000 events, 0 ignored, 0 rejected, 0 late.\n")
    assert (tmp_path / "rejects").read_bytes() == b""


def refusal(log: str, folder: Path, *options: str) -> str:
    """Return the sentence with which a run is refused; it writes nothing."""
    before = sorted((path.name, path.read_bytes()) for path in folder.iterdir() if path.is_file())
    done = search_sessions(*arguments(log, folder, *options))
    assert done.returncode == 2
    after = sorted((path.name, path.read_bytes()) for path in folder.iterdir() if path.is_file())
    assert before == after
    return done.stderr.replace(str(folder), "HERE")


def test_an_output_that_is_shorter_than_what_was_written_is_not_filled_up(log: str, tmp_path: Path) -> None:
    size = (tmp_path / "out").stat().st_size
    (tmp_path / "out").write_bytes(b"x")
    assert refusal(log, tmp_path) == (
        f"HERE/out has 1 bytes, and the run had written {size:,}: put that file back, or name a new recovery "
        "directory and output.\n"
    )


def test_an_output_that_is_gone_is_neither_begun_in_its_middle_nor_made(log: str, tmp_path: Path) -> None:
    (tmp_path / "out").unlink()
    assert refusal(log, tmp_path) == (
        "HERE/out is gone: put that file back, or name a new recovery directory and output.\n"
    )


@pytest.mark.parametrize("other", [b"x" * 5_000, b"x\n" * 2_500], ids=["in mid-line", "after a line break"])
def test_an_output_that_was_replaced_by_a_longer_file_is_not_cut(
    log: str, tmp_path: Path, other: bytes
) -> None:
    (tmp_path / "out").write_bytes(other)
    assert refusal(log, tmp_path) == (
        "HERE/out is not the file that the run had written: put that file back, or name a new recovery "
        "directory and output.\n"
    )


@pytest.mark.parametrize("outputs", [["--out", "no-such/out"], ["--out", "a.log"], ["--rejects", "a.log"]])
def test_a_run_that_is_refused_leaves_nothing_behind(tmp_path: Path, outputs: list[str]) -> None:
    write_log(tmp_path / "a.log", query())
    options = ["a.log", "--recovery", "state"]
    assert search_sessions(*options, "--out", "out", *outputs, cwd=tmp_path).returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]
    assert search_sessions(*options, "--out", "out", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (["a.log", "--out", "state/worker0.sqlite3"], "state/worker0.sqlite3"),
        (["a.log", "--out", "out", "--rejects", "link/search-sessions.json"], "link/search-sessions.json"),
        (["state/a.log", "--out", "out"], "state/a.log"),
        (["a.log", "--out", "state"], "state"),
    ],
)
def test_the_recovery_directory_is_no_place_for_files_of_the_run(
    tmp_path: Path, options: list[str], name: str
) -> None:
    (tmp_path / "link").symlink_to("state")
    write_log(tmp_path / "a.log", query())
    if name == "state/a.log":
        (tmp_path / "state").mkdir()
        write_log(tmp_path / name, query())
    before = sorted(tmp_path.rglob("*"))
    done = search_sessions(*options, "--recovery", "state", cwd=tmp_path)
    says = f"{name} lies in the recovery directory: name a file elsewhere.\n"
    assert (done.returncode, done.stderr) == (2, says)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_recovery_directory_that_would_be_an_address_is_refused_before_it_is_made(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.log", query())
    done = search_sessions(log, "--out", "out", "--recovery", "file:state", cwd=tmp_path)
    says = "file:state: the engine takes no name that begins with `file:` for its store.\n"
    assert (done.returncode, done.stderr) == (2, says)
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]


@pytest.mark.parametrize("damage", ["replaced", "cut"])
def test_a_log_that_is_not_the_one_that_was_read_is_refused(log: str, tmp_path: Path, damage: str) -> None:
    text = Path(log).read_bytes()
    Path(log).write_bytes(text[:-10] if damage == "cut" else text.replace(b"dogs", b"cats"))
    assert refusal(log, tmp_path) == (
        "HERE/a.log was changed since it was read up to line 2: put that file back, or name a new "
        "recovery directory and output.\n"
    )


def test_an_earlier_log_that_has_grown_since_it_was_read_is_refused(log: str, tmp_path: Path) -> None:
    other = write_log(tmp_path / "b.log", query("u3", "2024-03-01T13:00:00Z"))
    assert search_sessions(log, *arguments(other, tmp_path)).returncode == 0
    assert users(tmp_path) == ["u1", "u2", "u3"]
    append(log, query("u4", "2024-03-01T13:00:01Z") + b"\n")
    done = search_sessions(log, *arguments(other, tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith(f"{log} was changed since it was read to its end: put that file back, or ")


def test_two_runs_cannot_write_to_one_output(log: str, tmp_path: Path) -> None:
    with (tmp_path / "out").open("ab") as out:
        assert locked(out)
        assert refusal(log, tmp_path) == "HERE/out: another run is writing to it.\n"


def test_two_runs_cannot_use_one_recovery_directory(log: str, tmp_path: Path) -> None:
    with (tmp_path / "state" / "lock").open("ab") as lock:
        assert locked(lock)
        assert refusal(log, tmp_path) == "HERE/state is in use by another run.\n"


def test_a_stored_state_that_is_garbage_is_one_sentence(log: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state" / "worker0.sqlite3")) as store, store:
        store.execute("UPDATE state SET snapshot = x'0000000000000003616263' WHERE step_id = 'events'")
    done = search_sessions(*arguments(log, tmp_path))
    says = "The run failed: the recovery directory is damaged: name a new one, and a new output.\n"
    assert (done.returncode, done.stderr) == (1, says)


def test_a_run_with_another_gap_does_not_go_on_from_it(log: str, tmp_path: Path) -> None:
    says = "HERE/state is the state of a run with gap minutes 30.0, not gap minutes 20.0: "
    assert refusal(log, tmp_path, "--gap", "20").startswith(says)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["{log}"], "--recovery needs --out FILE: what went to standard output cannot be taken back.\n"),
        (["-", "--out", "{log}.out"], "--recovery needs files: /dev/stdin cannot be read a second time.\n"),
        (
            ["{log}", "--out", "/dev/stdout"],
            "--recovery needs files: what went to /dev/stdout cannot be taken back.\n",
        ),
        (
            ["{log}", "--out", "{log}.out", "--rejects", "/dev/stderr"],
            "--recovery needs files: what went to /dev/stderr cannot be taken back.\n",
        ),
    ],
)
def test_what_cannot_be_resumed_is_refused(tmp_path: Path, options: list[str], says: str) -> None:
    log = write_log(tmp_path / "a.log", query())
    given = [option.format(log=log) for option in options]
    done = search_sessions(*given, "--recovery", str(tmp_path / "state"), input="")
    assert (done.returncode, done.stderr) == (2, says)
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_disk_that_fills_up_is_one_sentence_and_a_run_with_more_of_it_goes_on(
    tmp_path: Path, workers: str
) -> None:
    log = write_log(
        tmp_path / "a.log", query(), *(event(f"u{number}", action="view") for number in range(3_000))
    )
    given = arguments(log, tmp_path, "--workers", workers)
    command = [sys.executable, "-m", "search_sessions", *given]
    limited = ["bash", "-c", 'ulimit -f 100; exec "$@"', "bash", *command]  # no file may be over 100 KiB
    done = subprocess.run(limited, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True, check=False)
    says = "The run failed: the recovery directory cannot be used: disk I/O error.\n"
    assert (done.returncode, done.stderr) == (1, says)
    assert search_sessions(*given).returncode == 0
    assert users(tmp_path) == ["u1"]


def wait_for_a_lag(process: subprocess.Popen[str], store: Path) -> None:
    """Wait until a run has saved a state after it handed on some events."""
    state = None
    while state is None or state.lag is None:
        assert process.poll() is None
        time.sleep(0.01)
        with suppress(sqlite3.OperationalError):  # the tables are made later, or are in use
            state = stored_states(store, "events").get("log")


@pytest.mark.slow
@pytest.mark.parametrize("pause", ["was down", "stood still"])
def test_a_run_that_paused_for_longer_than_its_wait_stops_and_goes_on_with_a_longer_one(
    tmp_path: Path, pause: str
) -> None:
    lines = [query(f"u{number % 200}", 1709294400000 + 5 * number) for number in range(100_000)]
    log = write_log(tmp_path / "a.log", *lines)
    options = ["--max-delay", "1"]
    process = start(log, tmp_path, *options, "--epoch", "0.1", "--wait", "0.1")  # six seconds
    wait_for_a_lag(process, tmp_path / "state")
    process.send_signal(signal.SIGKILL if pause == "was down" else signal.SIGSTOP)
    time.sleep(6.5)
    process.send_signal(signal.SIGCONT)
    if pause == "was down":
        process.communicate()
        process = start(log, tmp_path, *options, "--wait", "0.1")
    said = process.communicate()[1]
    assert process.returncode == 1
    assert said.startswith(f"The run {pause} for 0:00:")
    assert said.endswith("so it has stopped. Run it again with a longer wait: --wait 2.\n")
    done = search_sessions(*arguments(log, tmp_path, *options, "--wait", "2"))
    assert done.stderr == "100,000 lines: 100,000 events, 0 ignored, 0 rejected, 0 late.\n"
    undisturbed = search_sessions(log).stdout
    assert sorted((tmp_path / "out").read_text().splitlines()) == sorted(undisturbed.splitlines())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("'no-such.log', out='out'", "no-such.log: No such file or directory."),
        ("'a.log', out='no-such/out'", "no-such/out: No such file or directory."),
        ("'a.log', out='a.log'", "a.log: This run has another use for the file."),
        ("'a.log', out='out', rejects='./out'", "./out: This run has another use for the file."),
        (
            "'a.log', out='out', workers=2",
            "Workers and the epoch are options of bytewax.run; for processes and recovery, run python -m",
        ),
    ],
)
def test_what_cannot_be_used_is_one_sentence_with_the_engines_runner_too(
    tmp_path: Path, arguments: str, says: str
) -> None:
    log = Path(write_log(tmp_path / "a.log", query()))
    before = log.read_bytes()
    done = run("-m", "bytewax.run", f"search_sessions.logs.flow:log_flow({arguments})", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(says)
    assert len(done.stderr.splitlines()) == 1
    assert log.read_bytes() == before


def test_the_engines_runner_resumes_it_too(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.log", query("u1"))
    (tmp_path / "state").mkdir()
    flow = "search_sessions.logs.flow:log_flow('a.log', out='out')"
    command = ["-m", "bytewax.run", flow, "--sqlite-directory", "state", "--epoch-interval", "1"]
    assert run(*command, cwd=tmp_path).returncode == 0
    append(log, query("u2", "2024-03-01T13:00:00Z") + b"\n")
    assert run(*command, cwd=tmp_path).stderr == "2 lines: 2 events, 0 ignored, 0 rejected, 0 late.\n"
    assert users(tmp_path) == ["u1", "u2"]
