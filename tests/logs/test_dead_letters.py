"""Refused lines: what one says of itself, and how many are shown."""

import json

import pytest

from search_sessions.account import Batch, Refused
from search_sessions.refused import RefusedToStderr, refused_line
from search_sessions.ubi import Line


def test_a_refused_line_says_where_it_stands_and_why_and_what() -> None:
    line = refused_line(Refused(Line("a.log", 7, b"n\xffo\r\n"), "This is no JSON."))
    assert json.loads(line) == {"file": "a.log", "line": 7, "reason": "This is no JSON.", "text": "n\\xffo"}


def test_the_first_refused_lines_are_shown_and_the_others_counted(capsys: pytest.CaptureFixture[str]) -> None:
    sink = RefusedToStderr().build(0, 1)
    refused = [Refused(Line("a.log", number, b"x"), "No.") for number in range(1, 8)]
    sink.write(("log", Batch([], refused[:3])))
    sink.write(("log", Batch([], refused[3:])))
    sink.close()
    shown = [f"a.log, line {number}: No." for number in range(1, 6)]
    assert capsys.readouterr().err.splitlines() == [
        *shown,
        "... and 2 more lines: --rejects FILE writes all.",
    ]
