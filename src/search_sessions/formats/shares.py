"""The users of a log in shares, so that each of several processes reads the records of its own."""

from zlib import crc32

import msgspec

from search_sessions.formats.records import Outcome, Read, RecordError


def share_reader(read: Read, user_field: str, share: int, shares: int) -> Read:
    """Return a reader of the records whose users are in one of so many shares, numbered from 0.

    A record that is none of these shares' users, or has none, is in share 0. A plain record is passed over by
    a look at its user alone; any other line is read by all, and its events are chosen.
    """
    decode = msgspec.json.Decoder(
        msgspec.defstruct("Owner", [(user_field, str | None, None), ("_source", msgspec.Raw, msgspec.Raw())])
    ).decode

    def plain_user(text: bytes) -> str | None:
        try:
            record = decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return None if record._source else getattr(record, user_field)

    def read_share(text: bytes) -> list[Outcome]:
        user = plain_user(text)
        if not user:
            return [outcome for outcome in read(text) if share_of(outcome, shares) == share]
        return read(text) if crc32(user.encode()) % shares == share else []

    return read_share


def share_of(outcome: Outcome, shares: int) -> int:
    """Return the share of an outcome: that of its user, or 0."""
    if outcome is None or isinstance(outcome, RecordError):
        return 0
    return crc32(str(outcome.user).encode()) % shares
