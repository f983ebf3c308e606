"""The plain loop of the tutorial's idea: as a command, and on what logs have in more than one form."""

import json
from pathlib import Path

import pytest

import reference
from helpers import event, parsed, query, run, search_sessions, write_log
from programs import EXAMPLES, LOG, printed_by

PLAIN = str(EXAMPLES / "plain.py")


@pytest.mark.parametrize(
    "lines",
    [
        [query(action_name=None)],
        [query(query_id=None, query_response_object_ids=None), event(query_id=None)],
        [query(user_query=None)],
        [query(query_id="q1"), event(query_id="q1", event_attributes=None)],
        [query(query_id="q1"), event(query_id="q1", event_attributes={"object": None})],
    ],
)
def test_a_field_that_is_null_is_as_good_as_missing(tmp_path: Path, lines: list[bytes]) -> None:
    log = write_log(tmp_path / "a.log", event(client="u2"), *lines)
    assert parsed(printed_by("plain.py", log)) == parsed(search_sessions(log).stdout)


def test_milliseconds_may_stand_in_quotes() -> None:
    [quoted], [number] = (reference.searches([query(time=time)]) for time in ("1709294460123", 1709294460123))
    assert quoted == number


def test_half_of_a_character_is_written_as_it_was_read(tmp_path: Path) -> None:
    [line] = printed_by("plain.py", write_log(tmp_path / "a.log", query(text="dogs \ud83d"))).splitlines()
    assert json.loads(line)["query"] == "dogs \ud83d"


@pytest.mark.parametrize("gap", ["-5", "0", "nan", "inf", "1e300"])
def test_a_gap_that_is_no_time_is_a_sentence_and_status_2(gap: str) -> None:
    done = run(PLAIN, str(LOG), f"--gap={gap}")
    assert (done.returncode, done.stdout) == (2, "")
    says = f"--gap is a number of minutes from 0.00001 to a million, not {float(gap)}."
    assert done.stderr.splitlines()[-1] == f"plain.py: error: {says}"
