"""Priors: assumptions that come with the product, and what others found beside them.

In   priors.toml, one table for each figure
Out  assumptions of a case that are marked as priors, with source, standing and date
Why  docs/methods/priors.md
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from retained.strategy.engine.case_terms import KINDS, AssumptionTerms

_FILE = Path(__file__).with_name("priors.toml")
_LONGEST_SOURCE = 300


class Standing(StrEnum):
    """How far a source can be leant on."""

    SEEN = "seen"
    SECOND_HAND = "second_hand"
    WEAK = "weak"
    UNREAD = "unread"
    OURS = "ours"


STANDING_WORDS = {
    Standing.SEEN: "read",
    Standing.SECOND_HAND: "second-hand",
    Standing.WEAK: "weak source",
    Standing.UNREAD: "not read again",
    Standing.OURS: "our judgement",
}


class Raises(StrEnum):
    """Whose cost grows with a prior."""

    IN_HOUSE = "in_house"
    OFFER = "offer"
    BOTH = "both"
    NEITHER = "neither"  # it lowers a cost, or moves it either way


@dataclass(frozen=True, slots=True)
class Prior:
    """One figure that begins a case; `ours` says what of it is our own judgement."""

    name: str
    terms: AssumptionTerms
    source: str
    on: date
    standing: Standing
    ours: str
    raises: Raises


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody found out about outsourcing: no driver, to hold a result against."""

    name: str
    figure: str
    words: str
    source: str
    on: date
    standing: Standing


@cache
def priors() -> Mapping[str, Prior]:
    """Return all priors by the name of their driver."""
    return {name: _prior(name, told) for name, told in _document()["priors"].items()}


@cache
def findings() -> tuple[Finding, ...]:
    """Return what others found."""
    return tuple(
        Finding(name, **(told | {"standing": Standing(told["standing"])}))
        for name, told in _document()["findings"].items()
    )


def prior(name: str) -> AssumptionTerms:
    """Return the assumption of a prior, marked as one; raises KeyError."""
    return priors()[name].terms


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _prior(name: str, told: Mapping[str, Any]) -> Prior:
    standing = Standing(told["standing"])
    kind = {one: told[one] for one in KINDS if one in told}
    cited = _cited(told["source"], standing, told["ours"])
    terms = AssumptionTerms.model_validate(
        kind
        | {name: told[name] for name in ("title", "unit", "on")}
        | {"source": cited, "prior": True}
    )
    return Prior(
        name=name,
        terms=terms,
        source=told["source"],
        on=told["on"],
        standing=standing,
        ours=told["ours"],
        raises=Raises(told["raises"]),
    )


def _cited(source: str, standing: Standing, ours: str) -> str:
    """Return the source as a case carries it: what is our own judgement goes along."""
    words = source
    if standing is not Standing.SEEN:
        words += f" ({STANDING_WORDS[standing]})"
    if ours and standing is not Standing.OURS:
        words += f". Ours: {ours}"
    if len(words) > _LONGEST_SOURCE:
        raise ValueError(f"The source of a prior has at most {_LONGEST_SOURCE} characters: {words}")
    return words
