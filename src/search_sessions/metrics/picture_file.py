"""The file of a picture, checked before any work is done for it."""

import os
from argparse import ArgumentTypeError
from importlib.util import find_spec
from pathlib import Path

KINDS = (".svg", ".png", ".pdf")


def picture_file(path: str) -> str:
    """Return the path if a picture can be drawn to it: the `type` of a program's `--plot`."""
    if find_spec("matplotlib") is None:
        raise ArgumentTypeError(
            "pictures need matplotlib: `uv run --extra plots` or `pip install '.[plots]'`."
        )
    if Path(path).suffix not in KINDS:
        raise ArgumentTypeError(f"{path}: the name of a picture ends in {', '.join(KINDS)}.")
    if not os.path.isdir(Path(path).parent):  # noqa: PTH112 - a name may be too long to ask by `is_dir`
        raise ArgumentTypeError(f"{path}: there is no such folder.")
    if os.path.isdir(path):  # noqa: PTH112 - the same
        raise ArgumentTypeError(f"{path}: this is a folder: name a file.")
    return path
