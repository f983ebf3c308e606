"""Lines of a real log: which are events, which are ignored, which are rejected and why."""

import json
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import NOON, event, query
from search_sessions.events import Activity, ClickResult, Search
from search_sessions.formats.records import Outcome, RecordError
from search_sessions.formats.ubi import ubi_reader


def read(text: bytes, clicks: Collection[str] = ("click", "item_click")) -> list[Outcome]:
    return ubi_reader(clicks)(text)


def reason(text: bytes) -> str:
    [error] = read(text)
    assert isinstance(error, RecordError)
    assert str(error).endswith(".")
    return str(error)


def search(line: bytes) -> Search:
    [found] = read(line)
    assert isinstance(found, Search)
    return found


def test_a_query_is_a_search() -> None:
    assert read(query(query_id="q1")) == [Search("u1", NOON, "dogs", "q1")]


def test_a_query_that_names_what_was_shown_is_a_search_that_knows_it() -> None:
    shown = query(query_id="q1", query_response_object_ids=["a", 7])
    assert read(shown) == [Search("u1", NOON, "dogs", "q1", ("a", 7))]


def test_an_empty_list_is_no_results_and_no_list_is_not_known() -> None:
    assert search(query(query_response_object_ids=[])).items == ()
    assert search(query(query_response_object_ids=None)).items is None


def test_the_hit_ids_of_the_schema_are_not_read() -> None:
    assert read(query(query_response_hit_ids=[])) == [Search("u1", NOON, "dogs")]


def test_an_empty_query_is_a_search_all_the_same() -> None:
    assert read(query(text="")) == [Search("u1", NOON, "")]


@pytest.mark.parametrize("action", ["click", "item_click"])
def test_clicks_are_clicks(action: str) -> None:
    attributes = {"object": {"object_id": "x7"}, "position": {"ordinal": 3}}
    line = event(action=action, query_id="q1", event_attributes=attributes)
    assert read(line) == [ClickResult("u1", NOON, "x7", "q1")]


@pytest.mark.parametrize("attributes", [None, {}, {"object": None}, {"object": {}}])
def test_a_click_may_not_say_on_what(attributes: object) -> None:
    assert read(event(event_attributes=attributes)) == [ClickResult("u1", NOON, None)]


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_id_is_no_id(nothing: str | None) -> None:
    assert read(event(query_id=nothing)) == [ClickResult("u1", NOON, None)]
    assert read(query(query_id=nothing)) == [Search("u1", NOON, "dogs")]


@pytest.mark.parametrize("action", ["impression", "add_to_cart", "CLICK", ""])
def test_every_other_action_is_activity(action: str) -> None:
    assert read(event(action=action)) == [Activity("u1", NOON)]


def test_other_actions_can_be_named_as_the_clicks() -> None:
    assert read(event(action="buy"), clicks=["buy"]) == [ClickResult("u1", NOON, None)]
    assert read(event(action="click"), clicks=["buy"]) == [Activity("u1", NOON)]


def test_an_event_may_carry_the_query_of_its_user_and_is_no_search() -> None:
    assert read(event(action="impression", user_query="dogs")) == [Activity("u1", NOON)]


@pytest.mark.parametrize(
    "timestamp",
    [
        "2024-03-01T12:00:00Z",
        "2024-03-01T12:00:00.000Z",
        "2024-03-01T12:00:00",
        "2024-03-01 12:00:00",
        "2024-03-01T14:00:00+02:00",
        "2024-03-01T14:00:00+0200",
        "2024-03-01T06:30:00.000000-05:30",
        1709294400000,
        1709294400000.0,
    ],
)
def test_times_are_read_in_every_form_that_logs_have(timestamp: object) -> None:
    assert read(query(time=timestamp)) == [Search("u1", NOON, "dogs")]


def test_milliseconds_are_exact() -> None:
    assert search(query(time=1709294400001)).time == NOON + timedelta(milliseconds=1)


@given(time=st.datetimes(timezones=st.timezones()))
def test_any_time_with_an_offset_is_the_same_moment_in_utc(time: Any) -> None:
    time = time.replace(fold=0)
    offset = time.utcoffset()
    if offset % timedelta(minutes=1):  # ISO 8601 has no seconds in an offset
        return
    try:
        expected = time.astimezone(NOON.tzinfo)
    except OverflowError:
        return
    assert search(query(time=time.isoformat())).time == expected


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"  \r\n", b'{"index": {}}', b'{"create": {"_index": "ubi_events"}}\n']
)
def test_blank_lines_and_bulk_actions_are_ignored(line: bytes) -> None:
    assert read(line) == [None]


def test_a_source_wrapper_is_opened() -> None:
    inner = json.loads(event(query_id="q1"))
    assert read(json.dumps({"_index": "ubi_events", "_id": "1", "_source": inner}).encode()) == [
        ClickResult("u1", NOON, None, "q1")
    ]


def test_other_fields_are_passed_over_whatever_they_hold() -> None:
    assert read(query(session_id=7, message=None, query_attributes=[{}], index="ubi")) == [
        Search("u1", NOON, "dogs")
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"not json", "Not valid JSON"),
        (b'{"client_id": "u1", "user_query": ', "Not valid JSON"),
        (b'{"client_id": "\xff"}', "Not valid JSON"),
        (b'{"client_id": "\\ud800"}', "Not valid JSON"),
        (b'{"other": "\xff"}', "Not valid JSON"),
        (b'{"other": ' + b"[" * 100_000, "Not valid JSON"),
        (b"[]", "wrong type: Expected `object`, got `array`"),
        (b"7", "wrong type: Expected `object`, got `int`"),
        (b"null", "wrong type: Expected `object`, got `null`"),
        (b"{}", "Neither `action_name` nor `user_query`"),
        (b'{"delete": {"_id": "1"}}', "Neither `action_name` nor `user_query`"),
        (b'{"index": "ubi_events"}', "Neither `action_name` nor `user_query`"),
        (b'{"index": {}, "client_id": "u1"}', "Neither `action_name` nor `user_query`"),
        (b'{"_source": {}}', "Neither `action_name` nor `user_query`"),
        (b'{"_source": []}', "wrong type: Expected `object`, got `array`"),
        (b'{"user_query": "a", "timestamp": 0}', "`client_id` is missing"),
        (query(client=""), "`client_id` is missing or empty"),
        (query(client=7), "wrong type: Expected `str | null`, got `int` - at `$.client_id`"),  # type: ignore[arg-type]
        (query(time=None), "`timestamp` is missing"),
        (
            query(time="yesterday"),
            "`timestamp` is not a time, in ISO 8601 or epoch milliseconds: 'yesterday'.",
        ),
        (query(time="2024-02-30T00:00:00Z"), "`timestamp` is not a time"),
        (query(time="0001-01-01T00:00:00+14:00"), "`timestamp` is not a time"),
        (query(time=10**15 * 9), "`timestamp` is not a time"),
        (query(time=1e300), "`timestamp` is not a time"),
        (query(time=True), "wrong type"),
        (query(time=[1]), "wrong type"),
        (event(action=7), "wrong type: Expected `str | null`, got `int` - at `$.action_name`"),  # type: ignore[arg-type]
        (query(query_id=7), "wrong type: Expected `str | null`, got `int` - at `$.query_id`"),
        (query(query_response_object_ids="a"), "wrong type"),
        (query(query_response_object_ids=[None]), "wrong type"),
        (event(event_attributes=[]), "wrong type"),
    ],
)
def test_anything_else_is_rejected_with_a_reason(line: bytes, says: str) -> None:
    assert says in reason(line)


@given(text=st.binary())
def test_arbitrary_bytes_are_read_or_rejected_with_a_sentence(text: bytes) -> None:
    for outcome in read(text):
        assert not isinstance(outcome, RecordError) or str(outcome).endswith(".")
    if text.strip() and not text.startswith(b"{"):
        assert reason(text)
