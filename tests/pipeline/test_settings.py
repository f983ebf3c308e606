"""Settings: one place, one sentence for what cannot be, wherever they come from."""

import math
from datetime import timedelta
from typing import Any

import pytest

from helpers import run, search_sessions
from search_sessions.pipeline.settings import Settings, SettingsError

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


def test_a_gap_of_a_millisecond_is_a_gap() -> None:
    assert Settings(gap_minutes=1 / 60_000).gap == timedelta(milliseconds=1)


def test_a_name_is_no_list_of_names() -> None:
    assert sentence(click_actions="lick") == "The click actions must be a list of names, not 'lick'."


def test_a_delay_may_be_zero_but_not_below() -> None:
    assert Settings(max_delay_seconds=0).max_delay == timedelta(0)
    assert sentence(max_delay_seconds=-1).startswith("The delay must be a number of seconds from 0 ")
