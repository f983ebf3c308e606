"""What a reader says of a log without clicks, and of one whose users are in another field."""

import json

from helpers import event, query
from search_sessions.formats.ubi import UbiReader


def hints_after(*lines: bytes, user_field: str = "client_id") -> list[str]:
    reader = UbiReader(user_field=user_field)
    records = sum(outcome is not None for line in lines for outcome in reader.read(line))
    return reader.tally.hints(records)


def without_user(**fields: str) -> bytes:
    return json.dumps({"action_name": "click", "timestamp": 0, **fields}).encode()


def test_a_log_with_clicks_and_users_needs_no_hint() -> None:
    assert hints_after(event(action="view"), query(), event(), event(action="view")) == []
    assert hints_after() == []


def test_a_log_without_clicks_says_which_actions_it_has() -> None:
    views = [event(action="view")] * 2
    clicks = [event(action="product_click")] * 1204
    assert hints_after(*views, *clicks, query()) == [
        "No clicks: actions were product_click 1,204, view 2; see --click."
    ]


def test_only_the_ten_most_frequent_actions_are_named() -> None:
    [hint] = hints_after(*(event(action=f"action{n}") for n in range(12)), event(action="action11"))
    assert hint.startswith("No clicks: actions were action11 2, action0 1, ")
    assert hint.count("action") == 11


def test_where_most_records_lack_the_user_the_fields_that_they_have_are_named() -> None:
    lines = [without_user(session_id="s", user_id="u"), without_user(session_id="s"), event()]
    assert hints_after(*lines) == [
        "2 of 3 records have no `client_id`; of these have `session_id` 2, `user_id` 1: see --user."
    ]
    assert hints_after(*lines, user_field="session_id") == []


def test_where_they_have_no_such_field_that_is_said() -> None:
    assert hints_after(without_user(), without_user(user_id="")) == [
        "2 of 2 records have no `client_id`, and no other field that names a user: see --user."
    ]


def test_where_half_of_the_records_or_more_have_the_user_nothing_is_said() -> None:
    assert hints_after(without_user(), event()) == []
