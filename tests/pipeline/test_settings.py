"""Settings: one place, one sentence for what cannot be, wherever they come from."""

import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from helpers import event, parsed, query, run, search_sessions, write_log
from search_sessions.formats.ubi_event import record_type
from search_sessions.pipeline.settings import Settings, SettingsError, launcher_settings

BAD_GAPS = [0, -1, math.nan, math.inf, 0.00001, 1_000_001, "30", None]


def sentence(**settings: Any) -> str:
    with pytest.raises(SettingsError) as error:
        Settings(**settings)
    return str(error.value)


@pytest.mark.parametrize("gap", BAD_GAPS)
def test_a_gap_that_cannot_be_is_one_sentence(gap: Any) -> None:
    assert sentence(gap_minutes=gap) == (
        f"The gap must be a number of minutes of at least a millisecond, and at most a million, not {gap!r}."
    )


@pytest.mark.parametrize("gap", ["0", "-1", "nan", "0.00001"])
def test_the_sentence_is_the_same_on_the_command_line_and_in_the_function_for_the_engines_runner(
    gap: str,
) -> None:
    expected = sentence(gap_minutes=float(gap))
    for arguments in (["--gap", gap], ["some.log", "--gap", gap]):
        done = search_sessions(*arguments)
        assert (done.returncode, done.stderr.splitlines()[-1].partition("error: ")[2]) == (2, expected)
    flow = f"search_sessions.logs.flow:log_flow('a.log', out='out', gap_minutes=float('{gap}'))"
    done = run("-m", "bytewax.run", flow.replace(f"float('{gap}')", gap if gap != "nan" else "-0.0"))
    assert done.returncode == 1
    assert done.stderr.startswith("The gap must be a number of minutes")


@pytest.mark.parametrize("name", ["workers", "processes", "recovery", "epoch_seconds"])
def test_what_is_for_a_command_is_refused_where_the_engines_launcher_runs_the_flow(name: str) -> None:
    with pytest.raises(
        SettingsError, match=r"^Workers and the epoch are options .*; for processes and recovery, run it"
    ):
        launcher_settings({name: 2}, "it")
    assert launcher_settings({"gap_minutes": 5}, "it") == Settings(gap_minutes=5)


def test_a_gap_of_a_millisecond_is_a_gap() -> None:
    assert Settings(gap_minutes=1 / 60_000).gap == timedelta(milliseconds=1)


@pytest.mark.parametrize("actions", ["lick", None, 5, iter(["click"])])
def test_the_click_actions_are_a_list_of_names(actions: Any) -> None:
    assert sentence(click_actions=actions) == f"The click actions must be a list of names, not {actions!r}."


def test_ordinals_that_cannot_be_are_one_sentence() -> None:
    assert sentence(ordinals_from=[1]) == "Ordinals count from 0 or from 1, not from [1]."


def test_a_delay_may_be_zero_but_not_below() -> None:
    assert Settings(max_delay_seconds=0).max_delay == timedelta(0)
    assert sentence(max_delay_seconds=-1).startswith("The delay must be a number of seconds from 0 ")


def test_no_name_is_no_recovery_directory() -> None:
    assert sentence(recovery="") == "The recovery directory must have a name."


READ_OTHERWISE = {field.encode_name for field in msgspec.structs.fields(record_type("client_id"))}


@pytest.mark.parametrize("field", ["", "hits", 5, *sorted(READ_OTHERWISE - {"client_id"})])
def test_a_field_that_is_read_for_something_else_cannot_be_the_users(field: Any) -> None:
    assert sentence(user_field=field) == f"The user field must be one that names a user, not {field!r}."


def test_a_name_that_no_record_can_have_cannot_be_the_users_field() -> None:
    assert sentence(user_field="\udcff") == "The user field must be a name in UTF-8, not '\\udcff'."


@pytest.mark.parametrize("start", [2, -1, "1"])
def test_ordinals_count_from_0_or_from_1(start: Any) -> None:
    assert sentence(ordinals_from=start) == f"Ordinals count from 0 or from 1, not from {start!r}."


def test_a_log_whose_users_and_clicks_have_other_names_says_so_and_is_read_once_they_are_given(
    tmp_path: Path,
) -> None:
    click = event(action="tap", query_id="q", event_attributes={"position": {"ordinal": 2}})
    lines = [line.replace(b"client_id", b"session_id") for line in (query(query_id="q"), click)]
    log = write_log(tmp_path / "log", *lines)
    done = search_sessions(log)
    assert "\n2 of 2 records have no `client_id`; of these have `session_id` 2: see --user.\n" in done.stderr
    done = search_sessions(log, "--user", "session_id")
    assert done.stderr.startswith("No clicks: actions were tap 1; see --click.\n2 lines: 2 events ")
    done = search_sessions(log, "--user", "session_id", "--click", "tap", "--ordinals-from", "1")
    assert done.stderr.count("\n") == 1
    assert [search["first_click_rank"] for search in parsed(done.stdout)] == [2]
