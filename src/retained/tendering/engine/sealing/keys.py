"""The keys of openers: a pair whose private half only its owner's passphrase gives back.

In: a passphrase.
Out: an `OpenerKey`, which may lie in a database and in its backups.
Why: whoever holds the database, an administrator included, must not be able to open a bid. The
private half (X25519) is encrypted (XSalsa20-Poly1305) by a key that Argon2id makes of the
passphrase; the passphrase is kept nowhere, and nobody can set a new one for a key.
"""

import hashlib
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from retained.shared.errors import DomainError

PASSPHRASE_LENGTH = 12
# What guessing one passphrase costs whoever stole the database: RFC 9106, 4, second choice.
OPERATIONS = 3
MEMORY_BYTES = 64 * 2**20


class WeakPassphraseError(DomainError):
    """A passphrase that is too short to protect bids."""

    def __init__(self) -> None:
        super().__init__(
            f"Take a passphrase of at least {PASSPHRASE_LENGTH} characters: five words that you "
            "drew at random are good. Without it your key opens nothing, and nobody can renew it."
        )


class WrongPassphraseError(DomainError):
    """A passphrase that does not give the private half back."""

    def __init__(self) -> None:
        super().__init__(
            "This passphrase does not open your key. Mind capital letters and the keyboard's "
            "language, then try again; if it is lost, two of the other openers can still open."
        )


@dataclass(frozen=True, slots=True)
class OpenerKey:
    """A key pair at rest.

    `public` has 32 bytes; `wrapped` is the encrypted private half with its nonce; `salt`,
    `operations` and `memory_bytes` are what Argon2id needs beside the passphrase.
    """

    public: bytes
    wrapped: bytes
    salt: bytes
    operations: int
    memory_bytes: int

    @property
    def key_id(self) -> str:
        """The name of the key: 32 hex digits of the SHA-256 of its public half."""
        return key_id_of(self.public)


def key_id_of(public: bytes) -> str:
    """Return the name of a public half."""
    return hashlib.sha256(public).hexdigest()[:32]


def new_key(
    passphrase: str, *, operations: int = OPERATIONS, memory_bytes: int = MEMORY_BYTES
) -> OpenerKey:
    """Return a fresh key under a passphrase; raises WeakPassphraseError."""
    if len(passphrase) < PASSPHRASE_LENGTH:
        raise WeakPassphraseError
    private, salt = PrivateKey.generate(), random(argon2id.SALTBYTES)
    wrapping = _wrapping_key(passphrase, salt, operations, memory_bytes)
    return OpenerKey(
        public=bytes(private.public_key),
        wrapped=bytes(SecretBox(wrapping).encrypt(bytes(private))),
        salt=salt,
        operations=operations,
        memory_bytes=memory_bytes,
    )


def private_half(key: OpenerKey, passphrase: str) -> PrivateKey:
    """Return the private half; raises WrongPassphraseError."""
    wrapping = _wrapping_key(passphrase, key.salt, key.operations, key.memory_bytes)
    try:
        private = PrivateKey(SecretBox(wrapping).decrypt(key.wrapped))
    except CryptoError as reason:
        raise WrongPassphraseError from reason
    if bytes(private.public_key) != key.public:  # somebody put another pair's half here
        raise WrongPassphraseError
    return private


def _wrapping_key(passphrase: str, salt: bytes, operations: int, memory_bytes: int) -> bytes:
    return bytes(
        argon2id.kdf(
            SecretBox.KEY_SIZE,
            passphrase.encode(),
            salt,
            opslimit=operations,
            memlimit=memory_bytes,
        )
    )
