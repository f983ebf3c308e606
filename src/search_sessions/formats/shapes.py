"""The shapes in which a line holds records, one or many, and names that differ from the schema's.

| shape                                               | as in                                        |
|-----------------------------------------------------|----------------------------------------------|
| `{...}`                                             | logs with a record on each line              |
| `{"index": {...}}`: no record                       | the bulk API of OpenSearch and Elasticsearch |
| `{"_index": ..., "_source": {...}}`                 | dumps by elasticdump, hits of a search       |
| `{"hits": {"hits": [{"_source": {...}}, ...]}, ...}`| a response of `_search`                      |
| `[{...}, ...]`                                      | what `ubi.js` and the plugins post           |
| `ubi_events<TAB>{...}`                              | tab-separated dumps                          |
| `{"userQuery": ..., "queryResponse": {...}}`        | what the plugins post to Data Prepper        |
"""

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import msgspec

from search_sessions.formats.outcomes import RecordError

MOST_NESTED = 500
"""Levels of a document that are read. The parser's own limit depends on who calls it, and is higher."""

SURELY_FLAT = 2 * MOST_NESTED
"""Bytes of a document: one that is no longer has no more levels than are read."""

TOO_DEEP = f"The JSON is nested deeper than {MOST_NESTED} levels."
MANY_LINES = (
    "Not valid JSON: a document begins here that goes on over several lines. "
    "Put each record on a line of its own: `jq -c .` does it."
)
NEITHER = "Neither `action_name` nor `user_query` is there: this is no event and no query."
NO_RECORD: Any = object()
"""Stands for what is no record, such as a blank line or an action of the bulk API."""

ESCAPE = re.compile(rb"\\.")
LEVELS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
OTHER_BYTES = bytes(byte for byte in range(256) if byte not in LEVELS and byte != ord('"'))
HALF_A_PAIR = re.compile(
    rb"(\\[^u]|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"  # what is not half a pair
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
CAPITAL = re.compile(r"(?<=[a-z])[A-Z]")


def too_deep(line: bytes) -> bool:
    """Say whether the line is a document with more levels than are read."""
    if line.count(b"[") + line.count(b"{") <= MOST_NESTED:
        return False
    quotes_and_brackets = ESCAPE.sub(b"", line).translate(None, delete=OTHER_BYTES)
    outside_strings = b"".join(quotes_and_brackets.split(b'"')[::2])
    return max(accumulate(LEVELS[bracket] for bracket in outside_strings), default=0) > MOST_NESTED


def records_in(line: bytes) -> list[Any]:
    """Return the records in a line, decoded; `NO_RECORD` stands for what is none.

    Raises:
        RecordError: the line cannot be read as JSON, or holds nothing.

    """
    text = line.strip()
    if not text:
        return [NO_RECORD]
    if text in {b"{", b"["}:
        raise RecordError(MANY_LINES)
    records = list(_records(_decode(text)))
    if not records:
        raise RecordError("The line holds a list of records, and the list is empty.")
    return records


def _decode(text: bytes) -> Any:
    index, _, record = text.partition(b"\t")
    if record.startswith(b"{") and not index.startswith((b"{", b"[")):
        text = record
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        raise RecordError(TOO_DEEP) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        whole = HALF_A_PAIR.sub(lambda found: found[1] or rb"\ufffd", text)
        if whole != text:
            return _decode(whole)
        raise RecordError(f"Not valid JSON: {error}.") from None


def _records(document: Any) -> Iterator[Any]:
    match document:
        case [*parts] | {"hits": {"hits": [*parts]}}:
            for part in parts:
                yield from _records(part)
        case {"_source": dict(record)}:
            yield record
        case {"index": {}} | {"create": {}} | {"update": {}} | {"delete": {}} if len(document) == 1:
            yield NO_RECORD
        case _:
            yield document


def with_schema_names(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record with the names of the schema, if it has those that the plugins post."""
    if "userQuery" not in record and "actionName" not in record:
        return record
    response = record.get("queryResponse")
    fields = record | (response if isinstance(response, dict) else {})
    return {_snake_case(name): value for name, value in fields.items()} | record


def _snake_case(name: str) -> str:
    return CAPITAL.sub(lambda capital: "_" + capital[0].lower(), name)
