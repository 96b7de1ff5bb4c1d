"""What is read back beside a form that changes a part of an agreement: sentences and odds."""

from collections.abc import Mapping
from typing import Any

from retained.contracts import shown
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.editing import Part
from retained.contracts.engine.odds import odds_of, odds_sentence
from retained.contracts.engine.sentences.calendars import clock_sentence
from retained.contracts.engine.sentences.credits import (
    earn_back_sentences,
    pool_sentences,
    trigger_sentence,
)
from retained.contracts.engine.sentences.words import Reader


def of_level(terms: AgreementTerms, level_id: str, volume: int) -> Mapping[str, Any]:
    """Return a service level as sentences, with what chance does at a volume."""
    level = terms.service_level(level_id)
    every = shown.levels_shown(terms, Reader.CLIENT)
    return {
        "level": next(one for one in every if one.id == level_id),
        "volume": volume,
        "earn_back": earn_back_sentences(terms),
        "odds": odds_of(level, volume),
        "odds_sentence": odds_sentence(level, volume),
        "expected": level.expected,
    }


def of_credits(terms: AgreementTerms, _part: Part, _volume: int) -> Mapping[str, Any]:
    """Return what holds for all credits, and the rights from misses."""
    triggers = terms.credits.triggers if terms.credits else ()
    rights = [f"{right.title}. {trigger_sentence(right, terms)}" for right in triggers]
    return {"sentences": [*pool_sentences(terms), *rights]}


def of_calendar(terms: AgreementTerms, part: Part, _volume: int) -> Mapping[str, Any]:
    """Return the hours of a calendar with the picture of its week."""
    calendar = shown.calendar_shown(part.name, terms)
    return {"sentences": [calendar.sentence], "week": calendar.week}


def of_clock(terms: AgreementTerms, part: Part, _volume: int) -> Mapping[str, Any]:
    """Return a clock as a sentence."""
    return {"sentences": [clock_sentence(terms.clocks[part.name], terms, Reader.CLIENT)]}


def of_level_part(terms: AgreementTerms, part: Part, volume: int) -> Mapping[str, Any]:
    """Return the service level that a part names."""
    return of_level(terms, part.name, volume)
