"""Openers' keys: only the passphrase gives the private half back."""

from dataclasses import replace

import pytest
from nacl.public import PrivateKey
from nacl.pwhash import argon2id

from retained.tendering.engine.sealing.keys import (
    MEMORY_BYTES,
    OPERATIONS,
    OpenerKey,
    WeakPassphraseError,
    WrongPassphraseError,
    key_id_of,
    new_key,
    private_half,
)

PASSPHRASE = "harbour kettle nine lantern"


def quick(passphrase: str = PASSPHRASE) -> OpenerKey:
    """Return a key that costs little to guess: tests guess it often."""
    return new_key(passphrase, operations=1, memory_bytes=argon2id.MEMLIMIT_MIN)


def test_the_passphrase_gives_the_private_half_back() -> None:
    key = quick()
    assert bytes(private_half(key, PASSPHRASE).public_key) == key.public
    assert key.key_id == key_id_of(key.public)
    assert len(key.key_id) == 32


@pytest.mark.parametrize("other", ["", PASSPHRASE[:-1], PASSPHRASE.upper(), PASSPHRASE + " "])
def test_no_other_passphrase_does(other: str) -> None:
    with pytest.raises(WrongPassphraseError, match="does not open your key"):
        private_half(quick(), other)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(WeakPassphraseError, match="at least 12 characters"):
        quick("eleven char")


def test_the_private_half_is_not_in_what_is_stored() -> None:
    key = quick()
    private = bytes(private_half(key, PASSPHRASE))
    assert private not in key.wrapped + key.public + key.salt
    assert PASSPHRASE.encode() not in key.wrapped


def test_two_keys_of_one_passphrase_share_nothing() -> None:
    one, other = quick(), quick()
    assert one.salt != other.salt
    assert one.public != other.public
    with pytest.raises(WrongPassphraseError):
        private_half(replace(one, wrapped=other.wrapped), PASSPHRASE)


def test_another_public_half_is_noticed() -> None:
    key = replace(quick(), public=bytes(PrivateKey.generate().public_key))
    with pytest.raises(WrongPassphraseError):
        private_half(key, PASSPHRASE)


def test_guessing_costs_what_the_standard_asks() -> None:
    """RFC 9106, section 4: the second recommended option has 64 MiB and three passes."""
    assert (OPERATIONS, MEMORY_BYTES) == (3, 65_536 * 1024)
    key = new_key(PASSPHRASE)
    assert (key.operations, key.memory_bytes) == (OPERATIONS, MEMORY_BYTES)
    assert private_half(key, PASSPHRASE)
