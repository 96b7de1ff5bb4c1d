"""What a check gives: how it stands, in a sentence, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How one thing stands."""

    GOOD = "good"
    NOTE = "note"  # fine as it is, for some installations
    MEND = "mend"  # something will not work, or is not safe


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor."""

    name: str
    state: State
    found: str
    mend: str = ""


def good(name: str, found: str) -> Check:
    """Return a check that found nothing to do."""
    return Check(name, State.GOOD, found)


def note(name: str, found: str, mend: str) -> Check:
    """Return a check that some will want to act on."""
    return Check(name, State.NOTE, found, mend)


def to_mend(name: str, found: str, mend: str) -> Check:
    """Return a check that found something broken or unsafe."""
    return Check(name, State.MEND, found, mend)
