"""Headers recognised: the same columns in any order and letter case are the same kind of file.

In   a header
Out  its fingerprint
Why  docs/guide/evidence.md
"""

import hashlib
from collections.abc import Iterable


def fingerprint(columns: Iterable[str]) -> str:
    """Return the SHA-256 of the sorted, folded names of a header."""
    names = sorted(name.strip().casefold() for name in columns)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
