"""Legal entity identifiers: twenty characters that name a company in law, with check digits.

In   what somebody typed
Out  the identifier in its one spelling, or a sentence that says what is wrong
Why  docs/guide/people.md; ISO 17442-1, check digits by ISO/IEC 7064 (MOD 97-10)
"""

import re

from retained.shared.errors import DomainError

_SHAPE = re.compile(r"[0-9A-Z]{18}[0-9]{2}")
_LENGTH = 20


def parse_lei(text: str) -> str:
    """Return the identifier in capitals without blanks; raise DomainError if it cannot be one."""
    lei = re.sub(r"[\s-]", "", text).upper()
    if not _SHAPE.fullmatch(lei):
        raise DomainError(
            f"“{text.strip()}” is not a legal entity identifier: it has {_LENGTH} letters and "
            "digits, the last two are digits."
        )
    if _remainder(lei) != 1:
        raise DomainError(
            f"“{lei}” has wrong check digits: one character is mistyped or two are swapped. "
            "Compare it with the register of the issuer."
        )
    return lei


def check_digits(first_eighteen: str) -> str:
    """Return the two check digits that complete the first eighteen characters."""
    return f"{98 - _remainder(first_eighteen + '00'):02d}"


def _remainder(text: str) -> int:
    """Return the number that `text` stands for (A is 10, Z is 35), modulo 97."""
    return int("".join(str(int(character, 36)) for character in text)) % 97
