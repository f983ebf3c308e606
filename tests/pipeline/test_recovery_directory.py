"""A recovery directory belongs to one version, one set of settings and one run at a time."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from search_sessions import __version__
from search_sessions.pipeline.about import ABOUT, RecoveryError
from search_sessions.pipeline.recovery import Recovery, open_recovery
from search_sessions.pipeline.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "new" / "state"


def opened(folder: Path, inputs: tuple[str, ...] = ("a.log",), **settings: Any) -> Recovery:
    return open_recovery(Settings(recovery=str(folder), **settings), inputs, ["out"])


def ran(folder: Path, inputs: tuple[str, ...] = ("a.log",), **settings: Any) -> Recovery:
    """Open the directory and close it again."""
    recovery = opened(folder, inputs, **settings)
    recovery.close()
    return recovery


def sentence(folder: Path, **settings: Any) -> str:
    with pytest.raises(RecoveryError) as error:
        opened(folder, **settings)
    return str(error.value).replace(str(folder), "state")


def test_the_directory_is_made_and_set_up_for_speed(folder: Path) -> None:
    ran(folder, workers=2)
    for worker in range(2):
        store = sqlite3.connect(folder / f"worker{worker}.sqlite3")
        assert store.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        store.close()


def test_a_second_run_on_it_is_refused_as_long_as_the_first_one_lives(folder: Path) -> None:
    first = opened(folder)
    assert sentence(folder) == "state is in use by another run."
    first.close()
    ran(folder)


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        ({}, {"gap_minutes": 20.0}, "gap minutes 30.0, not gap minutes 20.0"),
        ({"workers": 2}, {}, "workers 2, not workers 1"),
        ({}, {"max_delay_seconds": 5}, "no max delay seconds, not max delay seconds 5"),
        ({"click_actions": ["buy"]}, {}, "click actions buy, not click actions click, item_click"),
        ({}, {"inputs": ("b.log",)}, "inputs a.log, not inputs b.log"),
    ],
)
def test_a_run_with_other_settings_cannot_go_on_from_it(
    folder: Path, before: dict[str, Any], now: dict[str, Any], says: str
) -> None:
    ran(folder, **before)
    expected = f"state is the state of a run with {says}: go on as before, or name a new directory."
    assert sentence(folder, **now) == expected
    ran(folder, **before)


def test_the_wait_may_be_raised_and_the_shift_of_the_stored_times_stays(folder: Path) -> None:
    first = ran(folder, wait_minutes=5)
    assert ran(folder, wait_minutes=500).shift == first.shift == timedelta(minutes=5)


def test_a_later_run_may_read_more_after_what_the_first_one_read(folder: Path) -> None:
    ran(folder)
    ran(folder, ("a.log", "b.log"))
    assert sentence(folder).startswith(
        "state is the state of a run with inputs a.log, b.log, not inputs a.log"
    )


def test_another_version_cannot_go_on_from_it(folder: Path) -> None:
    ran(folder)
    about = json.loads((folder / ABOUT).read_bytes())
    (folder / ABOUT).write_text(json.dumps(about | {"version": "0.0.7"}))
    assert sentence(folder).startswith("state is the state of version 0.0.7 of search-sessions, and this is ")


def test_a_directory_of_a_version_that_did_not_say_what_it_belongs_to_is_refused(folder: Path) -> None:
    ran(folder)
    (folder / ABOUT).unlink()
    says = f"state has state that search-sessions {__version__} did not write: name another."
    assert sentence(folder) == says


def test_a_directory_that_cannot_be_written_is_refused(folder: Path) -> None:
    folder.parent.mkdir()
    folder.touch()
    assert sentence(folder) == "state is not a directory."
    assert sentence(folder / "more") == "state: Not a directory."


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_directory_on_a_full_disk_is_refused(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / f"{ABOUT}.new").symlink_to("/dev/full")
    assert sentence(folder) == "state: No space left on device."


def test_a_directory_that_has_lost_the_database_of_a_worker_is_refused(folder: Path) -> None:
    ran(folder, workers=2)
    with closing(sqlite3.connect(folder / "worker1.sqlite3")) as store, store:
        store.execute("INSERT INTO execution VALUES (0, 1, 2, 0)")
    (folder / "worker0.sqlite3").unlink()
    says = "state/worker0.sqlite3 is missing or empty: name a new recovery directory and output."
    for _ in range(2):
        assert sentence(folder, workers=2) == says


@pytest.mark.parametrize("text", ["{", "{}", "[]", ""])
def test_a_damaged_directory_is_refused(folder: Path, text: str) -> None:
    ran(folder)
    (folder / ABOUT).write_text(text)
    assert sentence(folder) == f"state/{ABOUT} is damaged: name a new directory."


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"settings": []},
        {"inputs": None},
        {"outputs": [1]},
        {"shift_seconds": "5"},
        {"shift_seconds": float("nan")},
        {"shift_seconds": float("inf")},
        {"shift_seconds": -1},
    ],
)
def test_a_value_that_no_run_has_written_is_damage(folder: Path, change: dict[str, Any]) -> None:
    ran(folder)
    about = json.loads((folder / ABOUT).read_bytes())
    (folder / ABOUT).write_text(json.dumps(about | change))
    assert sentence(folder) == f"state/{ABOUT} is damaged: name a new directory."
