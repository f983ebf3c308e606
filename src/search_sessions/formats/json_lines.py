"""Results as lines of JSON."""

from collections.abc import Sequence
from typing import Any

import msgspec

encoder = msgspec.json.Encoder()
encode = encoder.encode
"""Turns a value, such as the summary of a search, into JSON without a line break."""


def json_line(value: Any) -> bytes:
    """Return the value as a line of JSON."""
    return encode(value) + b"\n"


def json_lines(values: Sequence[Any]) -> bytes:
    """Return each value as a line of JSON."""
    return encoder.encode_lines(values)


def as_text(record: bytes) -> str:
    """Return a record as text, without its line break: bytes that are not UTF-8 are escaped."""
    return record.rstrip(b"\r\n").decode(errors="backslashreplace")
