"""Results as lines of JSON."""

from typing import Any

import msgspec

encode = msgspec.json.Encoder().encode
"""Turns a value, such as the summary of a search, into JSON without a line break."""


def json_line(value: Any) -> bytes:
    """Return the value as a line of JSON."""
    return encode(value) + b"\n"


def as_text(record: bytes) -> str:
    """Return a record as text, without its line break: bytes that are not UTF-8 are escaped."""
    return record.rstrip(b"\r\n").decode(errors="backslashreplace")
