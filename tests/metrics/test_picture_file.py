"""Where matplotlib is not installed, `--plot` says how to get it."""

from argparse import ArgumentTypeError

import pytest

from search_sessions.metrics import picture_file


def test_without_the_plotting_library_a_picture_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_file, "find_spec", lambda _name: None)
    with pytest.raises(ArgumentTypeError, match="pictures need matplotlib: `uv run --extra plots`"):
        picture_file.picture_file("a.svg")
