"""What the README promises of the code on it."""

import re
from pathlib import Path

from helpers import ROOT, run, search_sessions
from search_sessions.events import ClickResult, Search
from search_sessions.formats.ubi import UbiReader

README = (ROOT / "README.md").read_text()


def block(kind: str, holds: str) -> str:
    """Return the block of that kind that holds the words."""
    [found] = [code for code in re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL) if holds in code]
    return str(found)


def test_the_flow_can_be_pasted_into_a_file_and_runs(tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text(block("python", "flow = Dataflow()"))
    done = run("-m", "bytewax.run", "my:flow", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, search_sessions().stdout)


def test_the_records_that_it_shows_are_a_search_and_its_click() -> None:
    read = UbiReader().read
    records = block("json", "user_query").encode().splitlines()
    [search], [click] = map(read, records)
    assert isinstance(search, Search)
    assert isinstance(click, ClickResult)
    assert (search.query_id, list(search.items or ()), click.item) == (click.query_id, ["p7", "p3"], "p3")


def test_every_field_of_a_result_line_is_explained() -> None:
    table = README[README.index("| field | meaning |") :]
    line = block("console", "head -n 1 searches.ndjson").splitlines()[-1]
    assert [name for name in re.findall(r'"(\w+)":', line) if f"`{name}`" not in table] == []
