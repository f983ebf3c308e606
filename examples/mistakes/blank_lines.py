"""A blank line in a file that `FileInput` reads."""

from pathlib import Path
from tempfile import TemporaryDirectory

from bytewax.connectors.files import FileInput
from bytewax.connectors.stdio import StdOutput
from bytewax.dataflow import Dataflow
from bytewax.testing import run_main
from sessions_of import is_right

from search_sessions.logs.source import LogInput

with TemporaryDirectory() as folder:
    log = Path(folder) / "search.log"
    log.write_text("first line\n\nlast line\n", encoding="utf-8")
    flow = Dataflow()
    flow.input("lines", LogInput([str(log)]) if is_right() else FileInput(log))
    flow.map(lambda line: line.text.decode().rstrip() or "(blank)" if is_right() else line)
    flow.output("lines", StdOutput())
    run_main(flow)
