"""Lines of a real log: which are events, which are ignored, which are rejected and why."""

import json
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import NOON, event, query
from search_sessions.events import Activity, ClickResult, Item, Search
from search_sessions.formats.outcomes import Outcome, RecordError
from search_sessions.formats.ubi import UbiReader


def read(text: bytes, clicks: Collection[str] = ("click", "item_click")) -> list[Outcome]:
    return UbiReader(clicks).read(text)


def reason(text: bytes) -> str:
    [error] = read(text)
    assert isinstance(error, RecordError)
    assert str(error).endswith(".")
    return str(error)


def search(line: bytes) -> Search:
    [found] = read(line)
    assert isinstance(found, Search)
    return found


def items_of(line: bytes) -> tuple[Item, ...] | None:
    items = search(line).items
    return None if items is None else tuple(items)


def test_a_query_is_a_search() -> None:
    assert read(query(query_id="q1")) == [Search("u1", NOON, "dogs", "q1")]


def test_a_query_that_names_what_was_shown_is_a_search_that_knows_it() -> None:
    shown = query(query_id="q1", query_response_object_ids=["a", 7])
    assert search(shown).query_id == "q1"
    assert items_of(shown) == ("a", 7)


def test_an_empty_list_is_no_results_and_no_list_is_not_known() -> None:
    assert items_of(query(query_response_object_ids=[])) == ()
    assert items_of(query(query_response_object_ids=None)) is None


def test_the_hits_of_the_schema_are_what_was_shown() -> None:
    assert items_of(query(query_response_hit_ids=["a", "b"])) == ("a", "b")


def test_an_empty_list_of_hits_says_nothing_since_a_request_for_counts_has_one() -> None:
    assert items_of(query(query_response_hit_ids=[])) is None
    assert items_of(query(query_response_hit_ids=[], query_response_object_ids=[])) == ()
    assert items_of(query(query_response_hit_ids=[], query_response_object_ids=["a"])) == ("a",)


@pytest.mark.parametrize(
    ("ids", "items"), [("a,b", ("a", "b")), (["a", 7], ("a", 7)), ("", None), ([], None)]
)
def test_the_doc_ids_of_solr_are_what_was_shown(ids: object, items: tuple[Item, ...] | None) -> None:
    assert items_of(query(doc_ids=ids)) == items


def test_an_empty_query_is_a_search_all_the_same() -> None:
    assert read(query(text="")) == [Search("u1", NOON, "")]


@pytest.mark.parametrize("action", ["click", "item_click"])
def test_clicks_are_clicks(action: str) -> None:
    attributes = {"object": {"object_id": "x7"}, "position": {"ordinal": 3}}
    line = event(action=action, query_id="q1", event_attributes=attributes)
    assert read(line) == [ClickResult("u1", NOON, "x7", "q1")]


@pytest.mark.parametrize(
    ("ordinals_from", "ordinal", "rank"),
    [
        (None, 3, None),
        (0, 3, 4),
        (1, 3, 3),
        (0, 0, 1),
        (1, 0, None),
        (0, -1, None),
        (1, "3", None),
        (1, 2.5, None),
        (0, False, None),
        (1, True, None),
        (1, 1_000_000, 1_000_000),
        (1, 1_000_001, None),
        (0, 10**4300 - 1, None),
    ],
)
def test_an_ordinal_is_a_rank_only_where_it_is_known_what_it_counts_from(
    ordinals_from: int | None, ordinal: object, rank: int | None
) -> None:
    line = event(event_attributes={"position": {"ordinal": ordinal}})
    assert UbiReader(ordinals_from=ordinals_from).read(line) == [ClickResult("u1", NOON, None, None, rank)]


def test_a_click_may_say_where_on_the_screen_it_was() -> None:
    line = event(event_attributes={"position": {"xy": {"x": 1, "y": 2}}})
    assert UbiReader(ordinals_from=1).read(line) == [ClickResult("u1", NOON, None)]


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
        "1709294400000",
        "1709294400000.0",
        "2024-03-01T12:00",
    ],
)
def test_times_are_read_in_every_form_that_logs_have(timestamp: object) -> None:
    assert read(query(time=timestamp)) == [Search("u1", NOON, "dogs")]


def test_milliseconds_are_exact() -> None:
    assert search(query(time=1709294400001)).time == NOON + timedelta(milliseconds=1)
    assert search(query(time="1709294400001")).time == NOON + timedelta(milliseconds=1)


@pytest.mark.parametrize("timestamp", [1709294400000.25, "1709294400000.25"])
def test_a_fraction_of_a_millisecond_counts_in_a_number_and_in_a_text(timestamp: object) -> None:
    assert search(query(time=timestamp)).time == NOON + timedelta(microseconds=250)


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
    "line",
    [
        b"",
        b"\n",
        b"  \r\n",
        b'{"index": {}}',
        b'{"create": {"_index": "ubi_events"}}\n',
        b'{"update": {"_id": "1", "_index": "ubi_events"}}',
        b'{"delete": {"_id": "1"}}',
    ],
)
def test_blank_lines_and_bulk_actions_are_ignored(line: bytes) -> None:
    assert read(line) == [None]


def test_a_source_wrapper_is_opened() -> None:
    inner = json.loads(event(query_id="q1"))
    assert read(json.dumps({"_index": "ubi_events", "_id": "1", "_source": inner}).encode()) == [
        ClickResult("u1", NOON, None, "q1")
    ]


def test_the_records_of_an_array_are_read_one_by_one_and_a_bad_one_costs_itself_alone() -> None:
    line = b"[" + b", ".join([query(), b'{"user_query": 7}', b"8", event(action="view")]) + b"]"
    first, second, third, last = read(line)
    assert [first, last] == [Search("u1", NOON, "dogs"), Activity("u1", NOON)]
    assert str(second).startswith("Record 2 of the line: A field has the wrong type: ")
    assert str(third).startswith("Record 3 of the line: A field has the wrong type: ")


def test_a_saved_response_of_a_search_is_read_hit_by_hit() -> None:
    hits = [{"_id": "1", "_source": json.loads(query())}, {"_id": "2"}]
    first, second = read(json.dumps({"took": 3, "hits": {"total": {"value": 2}, "hits": hits}}).encode())
    assert first == Search("u1", NOON, "dogs")
    assert isinstance(second, RecordError)


@pytest.mark.parametrize("line", [b"{\n", b"[\n", b"  {\r\n"])
def test_a_document_over_many_lines_is_told_from_bad_json_and_what_helps(line: bytes) -> None:
    assert "goes on over several lines" in reason(line)
    assert "jq -c" in reason(line)


def test_the_field_of_the_user_can_be_named() -> None:
    line = event(client="c", user_id="u1", action="view")
    assert UbiReader(user_field="user_id").read(line) == [Activity("u1", NOON)]
    [error] = UbiReader(user_field="session_id").read(line)
    assert str(error) == "`session_id` is missing or empty: the event has no user."


def test_a_user_may_be_a_number() -> None:
    assert UbiReader(user_field="user_id").read(event(user_id=0, action="view")) == [Activity(0, NOON)]


def test_the_names_that_the_plugins_post_are_those_of_the_schema_in_camel_case() -> None:
    line = {"clientId": "c", "userId": "u1", "userQuery": "dogs", "timestamp": 1709294400000}
    assert UbiReader(user_field="user_id").read(json.dumps(line).encode()) == [Search("u1", NOON, "dogs")]


@pytest.mark.parametrize("half", [r"\ud83d", r"\udc36", r"\ud83d\ud83d\udc36", r"x\\\ud83d", r"\udc36\n"])
def test_half_a_character_in_a_field_that_nobody_reads_costs_no_line(half: str) -> None:
    line = query()[:-1] + f', "message": "{half}"}}'.encode()
    assert read(line) == [Search("u1", NOON, "dogs")]


def test_half_a_character_in_a_query_is_the_replacement_character_and_whole_ones_stay() -> None:
    line = query(text="CUT")
    assert (
        search(line.replace(b"CUT", rb"\ud83d\udc36 \ud83d")).query
        == "\N{DOG FACE} \N{REPLACEMENT CHARACTER}"
    )
    assert search(line.replace(b"CUT", rb"\\ud83d")).query == r"\ud83d"


def test_a_line_is_nested_to_five_hundred_levels_and_no_more() -> None:
    deep = query()[:-1] + b', "query": %s}'
    assert read(deep % (b"[" * 499 + b"]" * 499)) == [Search("u1", NOON, "dogs")]
    assert "nested deeper than 500 levels" in reason(deep % (b"[" * 500 + b"]" * 500))
    assert read(deep % (b'"' + b"[" * 2000 + b'"')) == [Search("u1", NOON, "dogs")]


def test_a_worker_thread_reads_as_deep_as_the_main_one() -> None:
    deep = query()[:-1] + b', "query": ' + b"[" * 499 + b"]" * 499 + b"}"
    with ThreadPoolExecutor() as pool:
        assert pool.submit(read, deep).result() == read(deep) == [Search("u1", NOON, "dogs")]


def test_other_fields_are_passed_over_whatever_they_hold() -> None:
    assert read(query(session_id=7, message=None, query_attributes=[{}], index="ubi")) == [
        Search("u1", NOON, "dogs")
    ]


@pytest.mark.parametrize("attributes", ["top", [1], {"object": {"object_id": 0.5}}])
def test_what_is_read_of_a_click_is_passed_over_in_other_actions(attributes: object) -> None:
    line = event(action="scroll", event_attributes=attributes, query_response_hit_ids=7)
    assert read(line) == [Activity("u1", NOON)]


@pytest.mark.parametrize("source", ["app", None, 7])
def test_a_record_may_have_a_source_of_its_own(source: object) -> None:
    line = event(action="view", _source=source)
    assert read(line) == read(b"[" + line + b"]") == [Activity("u1", NOON)]


def test_a_single_name_is_no_list_of_clicks() -> None:
    with pytest.raises(TypeError, match=r"^The click actions must be a list of names, not 'buy'\.$"):
        UbiReader(click_actions="buy")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"not json", "Not valid JSON"),
        (b'{"client_id": "u1", "user_query": ', "Not valid JSON"),
        (b'{"client_id": "\xff"}', "Not valid JSON"),
        (b'{"other": ' + b"[" * 100_000, "nested deeper than 500 levels"),
        (b"[" * 501 + b"]" * 501, "nested deeper than 500 levels"),
        (b"[]", "the list is empty"),
        (b"7", "wrong type: Expected `object`, got `int`"),
        (b"null", "wrong type: Expected `object`, got `null`"),
        (b"{}", "Neither `action_name` nor `user_query`"),
        (b'{"index": "ubi_events"}', "Neither `action_name` nor `user_query`"),
        (b'{"index": {}, "client_id": "u1"}', "Neither `action_name` nor `user_query`"),
        (b'{"_source": {}}', "Neither `action_name` nor `user_query`"),
        (b'{"_source": []}', "Neither `action_name` nor `user_query`"),
        (b'{"_source": {"_source": {}}}', "Neither `action_name` nor `user_query`"),
        (b'{"user_query": "a", "timestamp": 0}', "`client_id` is missing"),
        (query(client=""), "`client_id` is missing or empty"),
        (
            b'{"user_query": "dogs", "client_id": [7]}',
            "wrong type: Expected `int | str | null`, got `array` - at `$.client_id`",
        ),
        (query(time=None), "`timestamp` is missing"),
        (
            query(time="yesterday"),
            "`timestamp` is not a time, in ISO 8601 or epoch milliseconds: 'yesterday'.",
        ),
        (query(time="2024-02-30T00:00:00Z"), "`timestamp` is not a time"),
        (query(time="1709294400000,5"), "or epoch milliseconds: '1709294400000,5'."),
        (query(time="1709294400000Z"), "or epoch milliseconds: '1709294400000Z'."),
        (query(time="1709294400000+01:00"), "`timestamp` is not a time"),
        (query(time="9" * 4300 + ".5"), "`timestamp` is not a time"),
        (
            query(time="0001-01-01T00:00:00+14:00"),
            "or epoch milliseconds: '0001-01-01T00:00:00+14:00'.",
        ),
        (query(time="x" * 1000), "epoch milliseconds: 'xxxxxxxxxxxx...xxxxxxxxxxxxx'."),
        (query(time=10**15 * 9), "`timestamp` is not a time"),
        (query(time=1e300), "`timestamp` is not a time"),
        (query(time=True), "wrong type"),
        (query(time=[1]), "wrong type"),
        (b'{"action_name": 7}', "wrong type: Expected `str | null`, got `int` - at `$.action_name`"),
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


NAMES = st.sampled_from(
    [
        *(
            "client_id",
            "timestamp",
            "action_name",
            "user_query",
            "query_id",
            "query_response_hit_ids",
            "doc_ids",
        ),
        *("event_attributes", "object", "object_id", "position", "ordinal", "_source", "hits", "index"),
        *("clientId", "userQuery", "actionName", "queryResponse", "queryResponseHitIds", "other"),
    ]
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just("2024-03-01T12:00:00Z")
)
VALUES = st.recursive(
    LEAVES,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(NAMES, values, max_size=6),
    max_leaves=12,
)


@given(value=VALUES)
def test_any_json_is_read_or_rejected_with_sentences(value: object) -> None:
    outcomes = read(json.dumps(value).encode())
    assert outcomes
    for outcome in outcomes:
        assert not isinstance(outcome, RecordError) or str(outcome).endswith(".")
