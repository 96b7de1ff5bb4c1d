"""In which encoding a text most likely is.

In   the first bytes of a text
Out  the name of an encoding
Why  docs/guide/evidence.md
"""

from charset_normalizer import CharsetMatch, from_bytes

USUAL = "cp1252"
_MAC = "mac_roman"
_RIVALS = ("cp1250", "utf_16")


def encoding_of(head: bytes) -> str:
    """Return utf-8 where the bytes are that, else what they read best as; cp1252 wins a tie."""
    whole = head[: head.rfind(b"\n") + 1] or head
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        return _best(head).replace("_", "-")
    return "utf-8"


def _best(head: bytes) -> str:
    rivals = [USUAL, *_RIVALS, *([_MAC] if _may_be_mac(head) else [])]
    matches = from_bytes(head, cp_isolation=rivals)
    best = matches.best()
    if best is None:
        return USUAL
    ties = (match for match in matches if _score(match) == _score(best))
    is_usual = any(USUAL in (match.encoding, *match.could_be_from_charset) for match in ties)
    return USUAL if is_usual else best.encoding


def _score(match: CharsetMatch) -> tuple[float, float]:
    return match.chaos, match.coherence


def _may_be_mac(head: bytes) -> bool:
    """Return whether most bytes beyond ASCII stand where Mac Roman has its letters."""
    beyond = [byte for byte in head if byte >= 0x80]
    return sum(byte < 0xA0 for byte in beyond) * 2 > len(beyond)
