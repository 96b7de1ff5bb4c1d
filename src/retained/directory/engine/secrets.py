"""Secrets that open a door: links that work once, and tokens of machines.

In   nothing, or a secret that somebody presents
Out  a new secret; the hash that stands for it in the database
Why  docs/guide/signing-in.md
"""

import hashlib
import secrets

from retained.shared.errors import DomainError

_BYTES = 32  # 256 random bits: nothing to guess, so a plain hash is enough


class LinkSpentError(DomainError):
    """The link was used, withdrawn, has lapsed, or never was: the four look the same."""

    def __init__(self) -> None:
        super().__init__(
            "This link cannot be used: it was used before, has lapsed or was replaced by a newer "
            "one. Ask whoever sent it to you for a new one."
        )


def new_secret() -> str:
    """Return a secret that fits into an address."""
    return secrets.token_urlsafe(_BYTES)


def new_token() -> tuple[str, str]:
    """Return the readable prefix of a new API token, and the whole token."""
    prefix = f"rtn_{secrets.token_hex(4)}"
    return prefix, f"{prefix}_{new_secret()}"


def secret_hash(secret: str) -> str:
    """Return what the database holds of a secret: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
