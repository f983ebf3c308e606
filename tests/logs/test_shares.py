"""One log on several cores: the same lines and the same account, whatever the number of processes."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import Pipe
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference
from helpers import event, in_order, parsed, query, run, search_sessions, write_log
from make_log import make_log
from search_sessions.events import Event
from search_sessions.formats.share_reader import share_reader
from search_sessions.formats.tally import Tally
from search_sessions.formats.ubi import UbiReader
from search_sessions.logs import shares
from search_sessions.logs.log_file import LONGEST_LINE
from search_sessions.logs.share_process import Done
from search_sessions.pipeline.counts import LineCounts
from search_sessions.pipeline.report import RunReport

LINES = [
    query("ann", query_id="q1"),
    event("bob", action="view"),
    b"",
    b"no json",
    b'{"index": {}}',
    query("ann", time="yesterday"),
    query(""),
    b"[" + query("ann") + b"," + event("bob", query_id="q1") + b"," + query("cid", time="never") + b"]",
    json.dumps({"_source": json.loads(query("bob"))}).encode(),
    json.dumps({"_source": json.loads(query("cid")), "client_id": "ann"}).encode(),
    query("käse"),
    json.dumps({"client_id": "ann", "hits": {"hits": [{"_source": json.loads(query("bob"))}]}}).encode(),
]


@given(lines=st.lists(st.sampled_from(LINES)), shares=st.integers(1, 5))
def test_every_outcome_is_in_exactly_one_share_and_all_of_a_user_in_the_same(
    lines: list[bytes], shares: int
) -> None:
    read = UbiReader().read
    whole = sorted(str(outcome) for line in lines for outcome in read(line))
    found: list[str] = []
    users: list[object] = []
    for share in range(shares):
        read_share = share_reader(read, read, "client_id", share, shares)
        outcomes = [outcome for line in lines for outcome in read_share(line)]
        found += [str(outcome) for outcome in outcomes]
        users += list({outcome.user for outcome in outcomes if isinstance(outcome, Event)})
    assert sorted(found) == whole
    assert len(users) == len(set(users))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_log(tmp_path_factory.mktemp("shares") / "a.log", 8_000, users=300, disorder=60, bad=20)


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["2", "3"])
def test_the_lines_and_the_account_do_not_depend_on_the_processes(
    log: str, processes: str, tmp_path: Path
) -> None:
    rejects = [tmp_path / "one", tmp_path / "several"]
    one = search_sessions(log, "--rejects", str(rejects[0]))
    several = search_sessions(log, "--rejects", str(rejects[1]), "--processes", processes)
    assert (several.returncode, several.stderr) == (0, one.stderr)
    assert parsed(several.stdout) == in_order(reference.searches(Path(log).read_bytes().splitlines()))
    assert sorted(rejects[1].read_text().splitlines()) == sorted(rejects[0].read_text().splitlines())


@pytest.mark.slow
def test_a_line_with_the_records_of_many_users_is_one_line(tmp_path: Path) -> None:
    log = write_log(
        tmp_path / "a.log", b"[" + b",".join(query(f"u{n}") for n in range(20)) + b"]", query("u9")
    )
    one, two = search_sessions(log), search_sessions(log, "--processes", "2")
    assert one.stderr.startswith("2 lines with 21 records: 21 events in 20 sessions, ")
    assert (two.stderr, parsed(two.stdout)) == (one.stderr, parsed(one.stdout))


@pytest.mark.slow
def test_the_hint_for_a_log_without_clicks_is_that_of_one_process(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.log", *(event(f"u{n}", action="tap") for n in range(20)), query())
    one, two = search_sessions(log), search_sessions(log, "--processes", "2")
    assert "No clicks: actions were tap 20; see --click." in one.stderr
    assert two.stderr == one.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--recovery", "state", "--out", "out"], "--processes does not go with --recovery, "),
        (["--workers", "2"], "--processes does not go with --recovery, --workers or --max-delay.\n"),
        (["--max-delay", "5"], "--processes does not go with --recovery, --workers or --max-delay.\n"),
        (["-"], "--processes needs files: /dev/stdin cannot be read by each of them.\n"),
        (["/dev/fd/0"], "--processes needs files: /dev/fd/0 cannot be read by each of them.\n"),
        (["link"], "--processes needs files: link cannot be read by each of them.\n"),
        (["nowhere"], "nowhere: No such file or directory.\n"),
    ],
)
def test_what_several_processes_cannot_do_is_one_sentence_and_status_2(
    options: list[str], says: str, tmp_path: Path
) -> None:
    log = write_log(tmp_path / "a.log", query())
    (tmp_path / "other").symlink_to("/dev/fd/0")
    (tmp_path / "link").symlink_to("other")
    with Path(write_log(tmp_path / "b.log", query())).open() as stdin:
        done = search_sessions(*options, log, "--processes", "2", cwd=tmp_path, stdin=stdin)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(says)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("sent", [b"", b"\0\0\0\x09half"])
def test_a_process_that_ends_before_it_is_done_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(shares, "stop_run", pytest.fail)
    ours, theirs = Pipe(duplex=False)
    os.write(theirs.fileno(), sent)
    theirs.close()
    with pytest.raises(pytest.fail.Exception, match="one of its processes has ended early"):
        shares.receive(ours)
    ours.close()


@pytest.mark.slow
def test_a_damaged_end_and_a_line_that_is_too_long_are_reported_once(tmp_path: Path) -> None:
    packed = tmp_path / "a.log"
    packed.write_bytes(gzip.compress(query("ann") + b"\n" + query("bob") + b"\n") + b"no gzip")
    long = write_log(tmp_path / "b.log", b"x" * (LONGEST_LINE + 1), query("cid"))
    rejects = [tmp_path / "one", tmp_path / "several"]
    one = search_sessions(str(packed), long, "--rejects", str(rejects[0]))
    several = search_sessions(str(packed), long, "--rejects", str(rejects[1]), "--processes", "3")
    assert one.stderr.startswith("5 lines: 3 events in 3 sessions, 0 ignored, 2 rejected, 0 late.")
    assert (several.returncode, several.stderr) == (0, one.stderr)
    assert rejects[1].read_text() == rejects[0].read_text()


BEFORE_EACH_START = """
import sys
from pathlib import Path
from search_sessions.__main__ import main
from search_sessions.logs import shares
def start_share(*arguments, start=shares.start_share):
    {}
    return start(*arguments)
shares.start_share = start_share
if __name__ == "__main__":
    sys.exit(main(["a.log", "--processes", "2"]))
"""
"""A program that does something before it starts each process."""


@pytest.mark.slow
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_of_a_log_that_grows_all_processes_read_what_is_there_before_they_start(
    pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    (tmp_path / "a.log").write_bytes(pack(query("ann") + b"\n" + query("bob")))  # a last line without an end
    grow = f"open('a.log', 'ab').write({pack(b'..' + query('cid'))!r})"
    done = run("-c", BEFORE_EACH_START.format(grow), cwd=tmp_path)
    assert done.stderr == search_account(2)
    assert sorted(line["user"] for line in parsed(done.stdout)) == ["ann", "bob"]
    assert done.returncode == 0


@pytest.mark.slow
def test_a_log_that_is_gone_when_the_processes_start_is_one_sentence_and_status_1(tmp_path: Path) -> None:
    write_log(tmp_path / "a.log", query())
    remove = "Path('a.log').unlink(missing_ok=True)"
    done = run("-c", BEFORE_EACH_START.format(remove), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "a.log: No such file or directory.\n"


def test_processes_that_cannot_be_started_are_one_sentence_and_status_2_and_cost_no_output(
    tmp_path: Path,
) -> None:
    (tmp_path / "out").write_text("of an earlier run")
    log = write_log(tmp_path / "a.log", query())
    few = (
        "import resource, sys; from search_sessions.__main__ import main;"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8)); sys.exit(main())"
    )
    done = run("-c", few, log, "--processes", "16", "--out", str(tmp_path / "out"))
    assert (done.returncode, done.stderr) == (2, "16 processes cannot be started: Too many open files.\n")
    assert (tmp_path / "out").read_text() == "of an earlier run"


def search_account(count: int) -> str:
    """Return the account of a log with so many searches, each of a user of its own."""
    return (
        f"{count} lines: {count} events in {count} sessions, 0 ignored, 0 rejected, 0 late. "
        f"{count} searches, 0 clicked: CTR 0.000.\n"
    )


@pytest.mark.parametrize(("lines", "size"), [(9, 100), (10, 99)])
def test_processes_that_have_not_read_the_same_are_a_failed_run(
    monkeypatch: pytest.MonkeyPatch, lines: int, size: int
) -> None:
    monkeypatch.setattr(shares, "stop_run", pytest.fail)
    tally = Tally("client_id")
    done = [
        Done(LineCounts(ignored=10), 100, 0, 0, 0, 0, tally),
        Done(LineCounts(ignored=lines), size, 0, 0, 0, 0, tally),
    ]
    with pytest.raises(pytest.fail.Exception, match="a log was changed, or could not be read, while"):
        shares.add_all(done, RunReport(), tally)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_full_disk_is_one_sentence_and_status_1(log: str) -> None:
    done = search_sessions(log, "--processes", "2", "--out", "/dev/full")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "/dev/full: No space left on device.")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux shows processes in a folder")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_where_the_command_is_ended(tmp_path: Path, sign: signal.Signals) -> None:
    log = make_log(tmp_path / "a.log", 200_000)
    command = [sys.executable, "-m", "search_sessions", log, "--processes", "2"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    children: list[int] = []
    until = time.monotonic() + 60
    while len(children) < 2 and time.monotonic() < until:
        children = [pid for pid in children_of(process.pid) if "spawn_main" in command_of(pid)]
        time.sleep(0.02)
    assert len(children) == 2
    process.send_signal(sign)
    process.communicate()
    while any(map(is_running, children)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(map(is_running, children))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux shows processes in a folder")
@pytest.mark.parametrize("seconds", [0, 0.05, 0.1, 0.15, 0.2])
def test_ctrl_c_ends_all_processes_without_a_word_while_they_start_too(
    log: str, seconds: float, tmp_path: Path
) -> None:
    (tmp_path / "long.log").write_bytes(Path(log).read_bytes() * 40)
    command = [sys.executable, "-m", "search_sessions", str(tmp_path / "long.log"), "--processes", "2"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not any("spawn_main" in command_of(pid) for pid in children_of(process.pid)):
        time.sleep(0.005)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    said = process.communicate()[1]
    assert (process.returncode, said) in ((130, ""), (-signal.SIGINT, ""))


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return " Z " not in Path(f"/proc/{pid}/stat").read_text()
