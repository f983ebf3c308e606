"""What the tests of the examples share: how a program is run, and the log that they read."""

import subprocess
import sys

from helpers import ROOT

EXAMPLES = ROOT / "examples"
LOG = EXAMPLES / "data" / "example.ndjson"


def printed_by(program: str, *arguments: str) -> str:
    """Return what an example prints; it must end well and have nothing to say on standard error."""
    command = [sys.executable, str(EXAMPLES / program), *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def table_of(program: str, *arguments: str) -> str:
    """Return what a program prints of a log; after the account of its lines, it must have nothing to say."""
    command = [sys.executable, str(EXAMPLES / "metrics" / f"{program}.py"), *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr[-8:]) == (0, " late.\n\n")
    return done.stdout
