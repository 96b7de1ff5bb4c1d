"""Envelopes: a bid that any two of its openers open together, and no one of them alone. Pure.

In: bytes to seal, the openers' public halves, and what the envelope belongs to (`Binding`).
Out: an envelope as a stream of bytes that may lie anywhere; from two openers' halves, the bytes.
Why: until two people open it, a bid is as secret to the client as it is to its rivals.

An envelope has a key of its own, which is thrown away after sealing. For each pair of openers the
key is split in two (one half random, the other the key XOR it), and each half is encrypted to one
of the pair (libsodium's sealed box). So any two can join what they hold, and what one holds is
random bytes. The content is encrypted in pieces (XChaCha20-Poly1305, libsodium's secret stream),
each bound to the envelope's head: a flipped bit, a piece that is missing, added or moved, a head
that was edited or an envelope of another bid is found and refused.

The bytes: `RTNENV1` and a line feed, the head's length (4 bytes, big-endian), the head as JSON, the
stream's header (24 bytes), then the pieces.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64Error
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import IO, Any

from nacl import bindings as sodium
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random

from retained.shared.errors import DomainError
from retained.tendering.engine.sealing.keys import key_id_of

SCHEMA = "retained/envelope/1"
ALGORITHM = "xchacha20poly1305-secretstream/x25519-sealedbox-pairs"
MOST_OPENERS = 5

_MAGIC = b"RTNENV1\n"
_KEY_BYTES = 32
_PIECE_BYTES = 65_536
_MOST_HEAD_BYTES = 65_536
_OVERHEAD = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
_STREAM_HEADER = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MIDDLE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_LAST = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL


class BrokenSealError(DomainError):
    """An envelope that is not what was sealed."""

    def __init__(self) -> None:
        super().__init__(
            "This envelope is not the one that was received: its bytes were changed, cut, or taken "
            "from another bid. Restore it from a backup and compare its hash with the receipt."
        )


class OpenersError(DomainError):
    """Openers who cannot open: too few, too many, the same one twice, or none of these."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What an envelope belongs to: none can pass for one of another bid, version or part."""

    tender: str
    bidder: str
    version: int
    part: str

    def digest(self) -> bytes:
        """Return 32 bytes that stand for all of it."""
        return hashlib.sha256(_canonical(asdict(self))).digest()


@dataclass(frozen=True, slots=True)
class Sealed:
    """What sealing made: the sizes before and after in bytes, and the SHA-256 of the envelope."""

    plain_bytes: int
    sealed_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Half:
    """One half of an envelope's key, of one pair of openers, as its owner holds it."""

    pair: tuple[str, str]
    owner: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """What an envelope says of itself; `halves` are encrypted, by pair and owner."""

    binding: Binding
    openers: tuple[str, ...]
    halves: tuple[tuple[tuple[str, str], str, bytes], ...]
    digest: bytes


def seal(
    source: IO[bytes], target: IO[bytes], binding: Binding, openers: Sequence[bytes]
) -> Sealed:
    """Write `source` into `target` as an envelope for openers, given by their public halves.

    Raises OpenersError unless they are two to five different ones.
    """
    _check(openers)
    key = random(_KEY_BYTES)
    head = _head_bytes(binding, openers, key)
    hashed, written = hashlib.sha256(), 0

    def write(piece: bytes) -> None:
        nonlocal written
        target.write(piece)
        hashed.update(piece)
        written += len(piece)

    write(_MAGIC + len(head).to_bytes(4) + head)
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    write(sodium.crypto_secretstream_xchacha20poly1305_init_push(state, key))
    bound, plain_bytes = hashlib.sha256(head).digest(), 0
    for piece, tag in _pieces(source, _PIECE_BYTES):
        write(sodium.crypto_secretstream_xchacha20poly1305_push(state, piece, bound, tag))
        plain_bytes += len(piece)
    return Sealed(plain_bytes, written, hashed.hexdigest())


def read_head(source: IO[bytes]) -> Head:
    """Read what an envelope says of itself, up to its content; raises BrokenSealError."""
    if source.read(len(_MAGIC)) != _MAGIC:
        raise BrokenSealError
    length = int.from_bytes(source.read(4))
    if not 0 < length <= _MOST_HEAD_BYTES:
        raise BrokenSealError
    written = source.read(length)
    try:
        return _read_head(json.loads(written), hashlib.sha256(written).digest())
    except (ValueError, KeyError, TypeError, NotBase64Error) as reason:
        raise BrokenSealError from reason


def halves_of(head: Head, private: PrivateKey) -> list[Half]:
    """Return the halves that one opener holds; raises OpenersError, BrokenSealError."""
    owner = key_id_of(bytes(private.public_key))
    mine = [(pair, sealed) for pair, to, sealed in head.halves if to == owner]
    if not mine:
        raise OpenersError(
            "Your key is not one of those that this bid was sealed for. Two of the openers that "
            "the tender named have to open it."
        )
    return [Half(pair, owner, _unwrapped(sealed, head, private)) for pair, sealed in mine]


def handed_over(halves: Iterable[Half], to: bytes) -> bytes:
    """Return halves encrypted to another opener's public half: how two meet in one sitting."""
    written = [
        {"pair": half.pair, "owner": half.owner, "value": _text(half.value)} for half in halves
    ]
    return bytes(SealedBox(PublicKey(to)).encrypt(_canonical(written)))


def taken_over(handed: bytes, private: PrivateKey) -> list[Half]:
    """Return the halves that another opener handed over; raises BrokenSealError."""
    try:
        written = json.loads(SealedBox(private).decrypt(handed))
    except (CryptoError, ValueError) as reason:
        raise BrokenSealError from reason
    return [Half(_pair(one["pair"]), one["owner"], b64decode(one["value"])) for one in written]


def joined_key(one: Iterable[Half], other: Iterable[Half]) -> bytes:
    """Return the key that the halves of two openers make; raises OpenersError."""
    held = {half.pair: half for half in one}
    for half in other:
        match = held.get(half.pair)
        if match is not None and match.owner != half.owner:
            return _xor(match.value, half.value)
    raise OpenersError(
        "Two different openers have to be here: one alone opens nothing. Ask another of the "
        "openers that the tender named to give their passphrase."
    )


def unseal(source: IO[bytes], target: IO[bytes], key: bytes, binding: Binding) -> int:
    """Write what an envelope holds into `target`; return how many bytes.

    `source` stands at the envelope's beginning. Raises BrokenSealError; what was written into
    `target` until then counts for nothing: give a draft that is thrown away.
    """
    head = read_head(source)
    if head.binding != binding:
        raise BrokenSealError
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    header, written, tag = source.read(_STREAM_HEADER), 0, _MIDDLE
    if len(header) != _STREAM_HEADER:
        raise BrokenSealError
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    for piece, expected in _pieces(source, _PIECE_BYTES + _OVERHEAD):
        plain, tag = _pulled(state, piece, head.digest)
        if tag != expected:
            raise BrokenSealError
        target.write(plain)
        written += len(plain)
    return written


def _check(openers: Sequence[bytes]) -> None:
    if not 2 <= len(openers) <= MOST_OPENERS:
        raise OpenersError(
            f"Name two to {MOST_OPENERS} openers: with three, one lost passphrase loses nothing."
        )
    if len(set(openers)) < len(openers):
        raise OpenersError("The same opener is named twice: name different people.")


def _head_bytes(binding: Binding, openers: Sequence[bytes], key: bytes) -> bytes:
    """Return the head: what the envelope belongs to, and each pair's halves of its key."""
    digest, halves = binding.digest(), []
    for one, other in combinations(openers, 2):
        pair = (key_id_of(one), key_id_of(other))
        mask = random(_KEY_BYTES)
        for public, value in ((one, mask), (other, _xor(mask, key))):
            sealed = SealedBox(PublicKey(public)).encrypt(digest + value)
            halves.append({"pair": pair, "to": key_id_of(public), "half": _text(bytes(sealed))})
    return _canonical(
        {
            "schema": SCHEMA,
            "algorithm": ALGORITHM,
            "binding": asdict(binding),
            "openers": [key_id_of(public) for public in openers],
            "halves": halves,
        }
    )


def _read_head(written: dict[str, Any], digest: bytes) -> Head:
    if written["schema"] != SCHEMA or written["algorithm"] != ALGORITHM:
        raise BrokenSealError
    return Head(
        binding=Binding(**written["binding"]),
        openers=tuple(written["openers"]),
        halves=tuple(
            (_pair(one["pair"]), one["to"], b64decode(one["half"], validate=True))
            for one in written["halves"]
        ),
        digest=digest,
    )


def _unwrapped(sealed: bytes, head: Head, private: PrivateKey) -> bytes:
    """Return a half; one that was taken from another envelope is bound to that one."""
    try:
        plain = bytes(SealedBox(private).decrypt(sealed))
    except CryptoError as reason:
        raise BrokenSealError from reason
    digest, value = plain[:_KEY_BYTES], plain[_KEY_BYTES:]
    if digest != head.binding.digest() or len(value) != _KEY_BYTES:
        raise BrokenSealError
    return value


def _pulled(state: Any, piece: bytes, bound: bytes) -> tuple[bytes, int]:
    if len(piece) < _OVERHEAD:
        raise BrokenSealError
    try:
        return sodium.crypto_secretstream_xchacha20poly1305_pull(state, piece, bound)
    except (CryptoError, RuntimeError) as reason:
        raise BrokenSealError from reason


def _pieces(source: IO[bytes], size: int) -> Iterator[tuple[bytes, int]]:
    """Yield the pieces of a stream, each with the tag that says whether it is the last."""
    piece = source.read(size)
    while True:
        following = source.read(size)
        yield piece, _MIDDLE if following else _LAST
        if not following:
            return
        piece = following


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _pair(written: Sequence[str]) -> tuple[str, str]:
    one, other = written
    return one, other


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _text(value: bytes) -> str:
    return b64encode(value).decode("ascii")
