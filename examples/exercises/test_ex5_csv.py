"""Tests exercise 5."""

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from given import ROWS, Answer, OnePartInput

from search_sessions.events import ClickResult, Search
from search_sessions.formats.outcomes import RecordError
from search_sessions.pipeline.collect import collect


@pytest.mark.hint(
    "`next(self._rows)` raises StopIteration by itself; count the row after it was read, not before."
)
def test_ex5_source(answer: Answer, tmp_path: Path) -> None:
    """The source hands on each row once, over a restart after any of them."""
    mine = answer("ex5_csv.py")
    path = tmp_path / "rows.csv"
    path.write_text('ann,1,search,dogs\nbob,2,search,"fruit, ripe"\ncal,3,click,x\n', encoding="utf-8")
    for stop in (1, 2, 3, 0):
        source = mine.CsvSource(path, None)
        before = [source.next()[0] for _ in range(stop)]
        after = rows_of(mine.CsvSource(path, source.snapshot()))
        found = f"Restarted after {stop} rows: {before}, then {after}."
        assert before + after == ["ann", "bob", "cal"], found
    rows_of(source)
    assert source.snapshot() == 3, f"After the end of 3 rows, the snapshot is {source.snapshot()}."


def rows_of(source: Any) -> list[str]:
    """Return the users of the rows that a source has left."""
    users: list[str] = []
    while len(users) < 9:
        try:
            users.append(source.next()[0])
        except StopIteration:
            break
    return users


@pytest.mark.hint(
    "`datetime.fromisoformat(time).astimezone(timezone.utc)` reads a time; catch the ValueError of others. "
    "A kind that is neither, or a row of another length, is an error as well: quote it."
)
def test_ex5_rows(answer: Answer) -> None:
    """A row is a search, a click, or an error that quotes it."""
    read_row = answer("ex5_csv.py").read_row
    noon = datetime(2024, 3, 1, 12, tzinfo=timezone.utc)
    for row, expected in (
        (["ann", "2024-03-01T12:00:00+00:00", "search", "dogs"], Search("ann", noon, "dogs")),
        (["ann", "2024-03-01T13:00:00+01:00", "click", "rover"], ClickResult("ann", noon, "rover")),
    ):
        outcome = outcome_of(row, read_row)
        assert outcome == expected, f"{row} became {outcome}."
        assert outcome.time.tzinfo is timezone.utc, f"{row}: the time is not in timezone.utc."
    for row in (
        ["bob", "yesterday", "search", "cats"],
        ["bob", "2024-03-01T12:00:00+00:00", "serach", "cats"],
        ["bob"],
    ):
        outcome = outcome_of(row, read_row)
        assert isinstance(outcome, RecordError), f"{row} became {outcome}, not a RecordError."
        assert any(field in str(outcome) for field in row), f"The error of {row} quotes nothing: {outcome}"


def outcome_of(row: list[str], read_row: Any) -> Any:
    """Return the outcome of a row: one, in a list."""
    outcomes = read_row(row)
    assert isinstance(outcomes, list), f"{row} became {outcomes}, not a list of one outcome."
    assert len(outcomes) == 1, f"{row} became {len(outcomes)} outcomes, not one."
    return outcomes[0]


@pytest.mark.hint("A row that is bad is an outcome like any other: return it in the list, do not raise it.")
def test_ex5_flow(answer: Answer) -> None:
    """The flow makes two rates of the file, and reports its bad row."""
    mine = answer("ex5_csv.py")
    found = collect(OnePartInput(lambda state: mine.CsvSource(ROWS, state)), mine.read_row)
    rates = [(search.query, search.ctr) for search in found.searches]
    assert rates == [("dogs", 1.0), ("fruit, ripe", 0.0)], f"The rates are {rates}."
    assert [letter.item[1] for letter in found.dead_letters] == ["yesterday"], "The bad row is not reported."
