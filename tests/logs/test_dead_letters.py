"""DeadLetter lines: what one says of itself, and how many are shown."""

import json

import pytest

from search_sessions.logs.dead_letters import FirstDeadLetters, dead_letter_line, dead_letter_lines
from search_sessions.pipeline.records import Batch, DeadLetter, Line


def test_a_dead_letter_says_where_it_stands_and_why_and_what() -> None:
    line = dead_letter_line(DeadLetter(Line("a.log", 7, b"n\xffo\r\n"), "Not valid JSON."))
    assert json.loads(line) == {"file": "a.log", "line": 7, "reason": "Not valid JSON.", "text": "n\\xffo"}


def test_the_text_of_a_line_with_many_bad_records_is_written_once() -> None:
    many, one = Line("a.log", 7, b"[8, 9]"), Line("a.log", 8, b"no")
    letters = [DeadLetter(many, "Record 1."), DeadLetter(many, "Record 2."), DeadLetter(one, "No.")]
    lines = [json.loads(line) for line in dead_letter_lines(Batch([], letters)).splitlines()]
    assert [(line["line"], line["reason"], line["text"]) for line in lines] == [
        (7, "Record 1.", "[8, 9]"),
        (7, "Record 2.", ""),
        (8, "No.", "no"),
    ]


def test_the_first_dead_letters_are_shown_and_the_others_counted(capsys: pytest.CaptureFixture[str]) -> None:
    sink = FirstDeadLetters().build(0, 1)
    letters = [DeadLetter(Line("a.log", number, b"x"), "No.") for number in range(1, 8)]
    sink.write(("log", Batch([], letters[:3])))
    sink.write(("log", Batch([], letters[3:])))
    sink.close()
    shown = [f"a.log, line {number}: No." for number in range(1, 6)]
    assert capsys.readouterr().err.splitlines() == [
        *shown,
        "... and 2 more: name a file for rejects to have them all.",
    ]
