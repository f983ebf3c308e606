"""The command line, as a real process: logs in, lines and an account out, and never a traceback."""

import fcntl
import gzip
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
from helpers import event, in_order, parsed, query, search_sessions, write_log
from search_sessions.logs.command import status_of
from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.report import RunReport
from search_sessions.pipeline.settings import Settings

ACCOUNT = re.compile(
    "N lines?: N events? in N sessions?, N ignored, N rejected, N late.".replace("N", r"([\d,]+)")
)

LOG = [
    b'{"index": {"_index": "ubi_queries"}}',
    query("u1", "2024-03-01T12:00:00Z", "dogs", query_id="q1", query_response_object_ids=["a", "b"]),
    query("u2", 1709294460000, "Käse", query_id="q2"),
    b"",
    b"what is this",
    event("u1", "2024-03-01T12:05:00Z", query_id="q1"),
    event("u1", "2024-03-01T11:50:00Z", "view"),
    event("u2", "2024-03-01T12:40:00Z", query_id="q2"),
]


@pytest.fixture
def log(tmp_path: Path) -> str:
    return write_log(tmp_path / "search.log", *LOG)


def test_each_search_is_a_line_of_json(log: str) -> None:
    done = search_sessions(log)
    assert done.returncode == 0
    assert parsed(done.stdout) == in_order(reference.searches(LOG))


def test_the_account_is_the_last_line_and_holds_every_line_of_the_log(log: str) -> None:
    account = (
        "8 lines: 5 events in 3 sessions, 2 ignored, 1 rejected, 0 late. 2 searches, 1 clicked: CTR 0.500."
    )
    assert search_sessions(log).stderr.splitlines()[-1] == account


def test_a_log_without_searches_has_no_rate(tmp_path: Path) -> None:
    done = search_sessions(write_log(tmp_path / "a.log", event()))
    assert done.stderr == "1 line: 1 event in 1 session, 0 ignored, 0 rejected, 0 late. 0 searches.\n"
    assert done.stdout == ""


def test_an_empty_log_is_a_log(tmp_path: Path) -> None:
    done = search_sessions(write_log(tmp_path / "a.log"))
    assert done.stderr == "0 lines: 0 events in 0 sessions, 0 ignored, 0 rejected, 0 late. 0 searches.\n"


def test_several_logs_in_no_order_packed_or_not_are_one_log(tmp_path: Path) -> None:
    packed = tmp_path / "b.log.gz"
    packed.write_bytes(gzip.compress(b"\n".join(LOG[:4])))
    done = search_sessions(write_log(tmp_path / "a.log", *LOG[4:]), str(packed))
    assert parsed(done.stdout) == in_order(reference.searches(LOG))


def test_a_pipe_is_a_log() -> None:
    done = search_sessions("/dev/stdin", input=query().decode())
    assert len(parsed(done.stdout)) == 1


def test_rejected_lines_are_shown_with_file_number_and_reason(log: str) -> None:
    first = search_sessions(log).stderr.splitlines()[0]
    assert first == f"{log}, line 5: Not valid JSON: JSON is malformed: invalid character (byte 0)."


def test_rejected_lines_are_written_where_the_user_says(log: str, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects"
    done = search_sessions(log, "--rejects", str(rejects))
    assert len(done.stderr.splitlines()) == 1
    [line] = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert (line["file"], line["line"], line["text"]) == (log, 5, "what is this")


def test_the_gap_decides_the_sessions(log: str) -> None:
    done = search_sessions(log, "--gap", "60")
    assert "in 2 sessions" in done.stderr
    assert parsed(done.stdout) == in_order(reference.searches(LOG, gap=timedelta(hours=1)))


def test_other_actions_can_be_clicks(log: str) -> None:
    assert "CTR 0.000" in search_sessions(log, "--click", "buy").stderr
    assert "CTR 0.500" in search_sessions(log, "--click", "buy", "--click", "click").stderr


def test_with_a_delay_what_comes_later_is_late_and_reported(tmp_path: Path) -> None:
    times = ["2024-03-01T12:00:00Z", "2024-03-01T13:00:00Z", "2024-03-01T12:59:30Z", "2024-03-01T12:00:10Z"]
    # More events than one batch holds, so that the first are handed on before the last is read.
    filler = [event("u9", f"2024-03-01T13:00:{n // 1000:02}.{n % 1000:03}Z", "view") for n in range(20_000)]
    log = write_log(
        tmp_path / "a.log",
        *(query(f"u{n}", time) for n, time in enumerate(times[:3])),
        *filler,
        query("u3", times[3]),
    )
    done = search_sessions(log, "--max-delay", "60")
    late, hint, account = done.stderr.splitlines()
    assert hint.startswith("No clicks: ")
    assert late.startswith(f"{log}, line 20004: Late by 3549.999 s: ")
    assert account.startswith("20,004 lines: 20,003 events in 4 sessions, 0 ignored, 0 rejected, 1 late.")
    assert len(parsed(done.stdout)) == 3
    assert len(parsed(search_sessions(log).stdout)) == 4


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no-such.log"], "no-such.log: No such file or directory.\n"),
        (["."], ".: Is a directory.\n"),
        (["{log}", "no-such.log"], "no-such.log: No such file or directory.\n"),
        (["{log}", "{log}"], "{log}: The log is named twice, and would count twice.\n"),
        ([""], "The run cannot begin: The name of a log is empty.\n"),
        (["{log}", "--rejects", "no-such/rejects"], "no-such/rejects: No such file or directory.\n"),
        (["{log}", "--rejects", "{log}"], "{log}: This run has another use for the file.\n"),
        (
            ["{log}", "--gap", "0"],
            "at least a millisecond, and at most a million, not 0.0.\n",
        ),
        (
            ["{log}", "--gap", "soon"],
            "argument --gap: invalid float value: 'soon'\n",
        ),
        (
            ["{log}", "--max-delay", "-1"],
            "The delay must be a number of seconds from 0 to a million, not -1.0.\n",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_2(log: str, arguments: list[str], says: str) -> None:
    done = search_sessions(*(argument.format(log=log) for argument in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(says.format(log=log))
    assert Path(log).stat().st_size > 100


def test_without_what_logs_need_the_user_is_told_what_to_install(log: str) -> None:
    block = "import sys; sys.modules.update(msgspec=None); "
    code = block + "from search_sessions.__main__ import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code, log], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "Logs need msgspec: pip install '.[logs]' in the checkout.\n",
    )


def long_log(folder: Path) -> str:
    return write_log(folder / "long.log", *(query(f"u{n}", 1709294400000 + n) for n in range(100_000)))


def test_a_reader_that_has_had_enough_ends_the_run_without_a_word(tmp_path: Path) -> None:
    pipe = f"{sys.executable} -m search_sessions {long_log(tmp_path)} | head -n 1"
    done = subprocess.run(["bash", "-c", pipe], capture_output=True, check=False)  # noqa: S607 - any bash will do
    assert (len(done.stdout.splitlines()), done.stderr, done.returncode) == (1, b"", 0)


@pytest.mark.slow
def test_ctrl_c_ends_the_run_without_a_word(tmp_path: Path) -> None:
    pipe = tmp_path / "never-ends"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "search_sessions", pipe], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with pipe.open("wb") as log:  # opens when the run does: from here on it is reading
        log.write(query() + b"\n")
        log.flush()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


def read_to_the_end(terminal: int) -> str:
    """Return all that was written to a terminal, which hands it on in pieces, and close it."""
    shown = b""
    with suppress(OSError):  # its end
        while piece := os.read(terminal, 100_000):
            shown += piece
    os.close(terminal)
    return shown.decode()


def test_on_a_terminal_a_bar_shows_how_far_the_reading_is(tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))  # a window of 24 lines of 80
    done = subprocess.run(
        [sys.executable, "-m", "search_sessions", long_log(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=follower,
        check=True,
    )
    os.close(follower)
    shown = read_to_the_end(leader)
    assert len(done.stdout.splitlines()) == 100_000
    assert re.search(r"reading: +\d+%", shown)
    assert shown.splitlines()[-1].endswith("0 clicked: CTR 0.000.")


@pytest.mark.slow
@given(lines=st.lists(st.binary(max_size=40) | st.sampled_from(LOG), max_size=12))
@settings(max_examples=20, deadline=None)
def test_arbitrary_bytes_never_crash_it_and_the_account_adds_up(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    log = write_log(tmp_path_factory.mktemp("fuzz") / "a.log", *lines)
    done = search_sessions(log)
    accounts = [matched for line in done.stderr.splitlines() if (matched := ACCOUNT.match(line))]
    assert len(accounts) == 1
    numbers = (int(number.replace(",", "")) for number in accounts[0].groups())
    total, events, _, ignored, rejected, late = numbers
    assert done.returncode == (1 if rejected and not events else 0)
    assert total == Path(log).read_bytes().count(b"\n")
    assert (events + ignored + rejected + late, late) == (total, 0)


def test_what_the_engine_has_dropped_is_said_and_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    report = RunReport(lines=LineCounts(events=3), sessions=1, events=1)
    assert status_of(report, Settings()) == 1
    says = "The engine has dropped 2 events as late: run it again, with a longer --wait.\n"
    assert capsys.readouterr().err == says
