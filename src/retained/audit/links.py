"""Links of the chain: the exact bytes of an entry, their hash, and the head that proves them all.

In   the stored values of one entry and its seal, and the hash of the link before
Out  canonical JSON, SHA-256 hashes, `Head`
Why  docs/methods/record-chain.md
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted
from typing import NamedTuple
from uuid import UUID

from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.months import Month

# What stands before the first link.
GENESIS = "0" * 64

# The name under which a changed value's salted hash stands in `before` and `after`.
SALTED = "salted"

# RFC 6962 marks leaves with 0x00 and inner nodes with 0x01. Keeping the mark leaves the way
# open to Merkle proofs over the same leaves.
_LEAF = b"\x00"


@dataclass(frozen=True, slots=True)
class Head:
    """The last link: whoever holds number and hash can prove the whole record up to it."""

    number: int
    hash: str

    def __str__(self) -> str:
        """Return the head as it is printed on statements."""
        return f"{self.number}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Return the head that `text` ("1204:9f3c...") names."""
        number, _, digest = text.strip().partition(":")
        whole = number.isascii() and number.isdecimal() and len(digest) == 64
        if not whole or set(digest.lower()) - set("0123456789abcdef"):
            raise DomainError(
                f"“{text}” is not a head of the record. Copy it whole from the statement: "
                "a number, a colon and 64 characters from 0 to 9 and a to f."
            )
        return cls(int(number), digest.lower())


class Link(NamedTuple):  # a tuple is made four times as fast as a frozen dataclass
    """Every stored value of one entry and its seal: all of it is hashed."""

    number: int
    sealed_at: datetime
    entry_id: int
    at: datetime
    actor_key: str
    verb: str
    object_kind: str
    object_key: str
    object_label: str
    before: str
    after: str
    reason_hash: str

    def hash_after(self, previous: str) -> str:
        """Return sha256(0x00 || previous hash || canonical JSON), in hexadecimal."""
        content = self.canonical.encode()
        return hashlib.sha256(_LEAF + bytes.fromhex(previous) + content).hexdigest()

    @property
    def canonical(self) -> str:
        """The link as canonical JSON, written out key by key: half the time of an encoder.

        `canonical_json` gives the same text; a test holds them together.
        """
        return (
            f'{{"actor":{_quoted(self.actor_key)},"after":{_quoted(self.after)}'
            f',"at":"{moment_text(self.at)}","before":{_quoted(self.before)}'
            f',"entry":{self.entry_id},"key":{_quoted(self.object_key)}'
            f',"kind":{_quoted(self.object_kind)},"label":{_quoted(self.object_label)}'
            f',"number":{self.number},"reason":{_quoted(self.reason_hash)}'
            f',"sealed":"{moment_text(self.sealed_at)}","verb":{_quoted(self.verb)}}}'
        )


@lru_cache(maxsize=4096)  # one sealing gives thousands of links the same moment
def moment_text(moment: datetime) -> str:
    """Return `moment` in UTC, such as 2026-11-09T08:00:00Z."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def salted_hash(salt: str, text: str) -> str:
    """Return the hash that stands in the chain for words kept outside of it."""
    return hashlib.sha256(_LEAF + bytes.fromhex(salt) + text.encode()).hexdigest()


def canonical_json(content: Mapping[str, object]) -> str:
    """Return `content` as the one JSON text that it has: sorted keys, no spaces, ASCII only."""
    return _encoder.encode(content)


def _plain(value: object) -> object:
    """Return a value of the field in the form that JSON has for it."""
    plain: object
    match value:
        case datetime():
            plain = moment_text(value)
        case date() | time():
            plain = value.isoformat()
        case Decimal() | UUID() | Month():
            plain = str(value)
        case Money():
            plain = f"{value.amount} {value.currency}"
        case Enum():
            plain = value.value
        case Mapping():
            plain = dict(value)
        case set() | frozenset():
            plain = sorted(value, key=str)
        case _:
            raise TypeError(f"The record cannot hold a {type(value).__name__}: pass plain values.")
    return plain


_encoder = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False, default=_plain
)
