"""The users of a log in shares, so that each of several processes reads the records of its own."""

from typing import Any
from zlib import crc32

import msgspec

from search_sessions.formats.outcomes import Outcome, Read, RecordError


class Owner(msgspec.Struct, gc=False):
    """What is read of a record to tell whose it is. The field of the user has the name given."""

    user: str | None = None
    wrapped: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw())
    hits: msgspec.Raw = msgspec.field(default=msgspec.Raw())


def share_reader(read: Read, peek: Read, user_field: str, share: int, shares: int) -> Read:
    """Return a reader of the records whose users are in one of so many shares, numbered from 0.

    What is no user's record is in share 0. A plain record is passed over by a look at its user alone. Any
    other line is read in full for every share: by `read` for the first, by `peek` for the others.
    """
    user = ("user", str | None, msgspec.field(name=user_field, default=None))
    owner_type: Any = msgspec.defstruct("OwnerIn", [user], bases=(Owner,), gc=False)
    decode = msgspec.json.Decoder(owner_type).decode
    read_other = peek if share else read

    def read_share(line: bytes) -> list[Outcome]:
        try:
            owner = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            owner = None
        if owner is None or owner.wrapped or owner.hits or not owner.user:
            return [outcome for outcome in read_other(line) if share_of(outcome, shares) == share]
        return read(line) if share_of_user(owner.user, shares) == share else []

    return read_share


def share_of(outcome: Outcome, shares: int) -> int:
    """Return the share of an outcome: that of its user, or 0."""
    if outcome is None or isinstance(outcome, RecordError):
        return 0
    return share_of_user(str(outcome.user), shares)


def share_of_user(user: str, shares: int) -> int:
    """Return the share of a user: the same in every process and every run."""
    return crc32(user.encode()) % shares
