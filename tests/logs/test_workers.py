"""Several workers: the same lines, whatever the number of threads and processes, and no run that hangs."""

import json
from pathlib import Path

import pytest

import reference
from helpers import in_order, parsed, run, search_sessions
from make_log import make_log

LOG_SIZE = 30_000


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_log(tmp_path_factory.mktemp("workers") / "a.log", LOG_SIZE, users=3_000, disorder=60)


@pytest.fixture(scope="module")
def expected(log: str) -> list[dict[str, object]]:
    return in_order(reference.searches(Path(log).read_bytes().splitlines()))


@pytest.mark.slow
@pytest.mark.parametrize("options", ["", ", max_delay_seconds=60"])
@pytest.mark.parametrize("workers", [["-w", "2"], ["-w", "4"], ["-p", "2"]], ids=" ".join)
def test_the_lines_do_not_depend_on_the_workers(
    log: str, expected: list[dict[str, object]], tmp_path: Path, workers: list[str], options: str
) -> None:
    out = str(tmp_path / "out")
    flow = f"search_sessions.logs.flow:log_flow({log!r}, out={out!r}{options})"
    done = run("-m", "bytewax.run", flow, *workers, timeout=300)
    assert done.stderr.splitlines()[-1].endswith("0 rejected, 0 late.")
    assert parsed(Path(out).read_bytes()) == expected


@pytest.mark.slow
@pytest.mark.parametrize("workers", [3, 5, 6, 7, 8])
def test_no_number_of_workers_up_to_eight_hangs_or_loses(tmp_path: Path, workers: int) -> None:
    log = make_log(tmp_path / "a.log", events=1_000)
    out = str(tmp_path / "out")
    flow = f"search_sessions.logs.flow:log_flow({log!r}, out={out!r})"
    run("-m", "bytewax.run", flow, "-w", str(workers), timeout=300)
    expected = reference.searches(Path(log).read_bytes().splitlines())
    assert parsed(Path(out).read_bytes()) == in_order(expected)


def test_one_process_for_each_shard_of_users_gives_the_same_lines(tmp_path: Path) -> None:
    log = Path(make_log(tmp_path / "a.log", events=5_000, disorder=60))
    lines = log.read_bytes().splitlines(keepends=True)
    found = []
    for shard in range(3):
        part = tmp_path / f"{shard}.log"
        part.write_bytes(b"".join(line for line in lines if users_number(line) % 3 == shard))
        found += parsed(search_sessions(str(part)).stdout)
    assert in_order(found) == in_order(reference.searches(lines))


def users_number(line: bytes) -> int:
    return int(json.loads(line)["client_id"].removeprefix("u"))
