"""Quantities as people write them in an agreement: percent, time targets, amounts.

In   texts such as "95 %", "8h", "3 working days", "92000.00"
Out  exact values, and the same texts again when they are written out
Why  docs/reference/agreement.md
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, PlainSerializer, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from retained.shared.business_time import PARTS_OF_A_DAY

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z ]+?)(?=\s*\d|\s*$)")
_SECONDS = {
    "s": 1, "sec": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hour": 3600, "hours": 3600,
}  # fmt: skip
_WORKING_DAYS = {"working day", "working days", "wd"}
# Decimals are exact to 28 digits: an amount with its share must fit.
_MOST_DIGITS = 12
_MOST_DECIMALS = 8
_LONGEST_TARGET = 60  # characters


def decimal_text(value: Decimal) -> str:
    """Return a decimal as people write it: no exponent, no trailing zeros."""
    text = format(value.normalize(), "f")
    return "0" if text == "-0" else text


def parse_number(text: object) -> Decimal:
    """Return the exact number that `text` writes; raises ValueError."""
    if isinstance(text, Decimal):
        return text
    written = str(text).strip().replace(" ", "").replace("\u00a0", "")
    if isinstance(text, bool) or not _NUMBER.fullmatch(written):
        raise ValueError(f"“{_shown(text)}” is not a number: write it like 92000.00")
    whole, _, fraction = written.lstrip("-").partition(".")
    if len(whole.lstrip("0")) > _MOST_DIGITS or len(fraction) > _MOST_DECIMALS:
        raise ValueError(
            f"“{_shown(text)}” has too many digits: up to {_MOST_DIGITS} before the point and "
            f"{_MOST_DECIMALS} after it can be counted exactly"
        )
    return Decimal(written)


def parse_percent(text: object) -> Decimal:
    """Return the ratio that a percentage writes: "95 %" is 0.95; raises ValueError."""
    if isinstance(text, Decimal):
        return text
    written = str(text).strip()
    if not written.endswith("%"):
        raise ValueError(f"“{_shown(text)}” is not a percentage: write it like 95 %")
    return parse_number(written.removesuffix("%").strip()) / 100


def percent_text(ratio: Decimal) -> str:
    """Return a ratio as a percentage: 0.95 is "95 %"."""
    return f"{decimal_text(ratio * 100)} %"


class TargetUnit(StrEnum):
    """What a time target is counted in."""

    SECONDS = "seconds"  # open seconds of the clock's calendar
    WORKING_DAYS = "working_days"  # its working days, whatever their length


@dataclass(frozen=True, slots=True)
class Target:
    """How long something may take: `amount` is open seconds, or 86,400 to a working day."""

    amount: int
    unit: TargetUnit = TargetUnit.SECONDS

    def __str__(self) -> str:
        if self.unit is TargetUnit.WORKING_DAYS:
            days = decimal_text(Decimal(self.amount) / PARTS_OF_A_DAY)
            return f"{days} working day{'' if days == '1' else 's'}"
        for seconds, unit in ((3600, "h"), (60, " min")):
            if self.amount % seconds == 0:
                return f"{self.amount // seconds}{unit}"
        return f"{self.amount} s"

    @property
    def sentence(self) -> str:
        """The target as it is said: 8 service hours, 3 working days."""
        if self.unit is TargetUnit.WORKING_DAYS:
            return str(self)
        for seconds, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
            if self.amount % seconds == 0:
                count = self.amount // seconds
                return f"{count} service {unit}{'' if count == 1 else 's'}"
        return str(self)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Let a Target be written as text in a document."""
        return core_schema.no_info_plain_validator_function(
            parse_target,
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        """Describe a Target in the published JSON Schema."""
        return {
            "type": "string",
            "examples": ["4h", "30 min", "1h 30min", "3 working days"],
            "description": "A time target: hours and minutes of the calendar, or working days.",
        }


def parse_target(text: object) -> Target:
    """Return the time target that `text` writes; raises ValueError."""
    if isinstance(text, Target):
        return text
    written = " ".join(str(text).lower().split())
    parts = _PART.findall(written) if len(written) <= _LONGEST_TARGET else []
    if not parts or _PART.sub("", written).strip():
        raise ValueError(_target_help(text))
    seconds = days = Decimal(0)
    for number, unit in parts:
        if unit.strip() in _WORKING_DAYS:
            days += Decimal(number)
        elif unit.strip() in _SECONDS:
            seconds += Decimal(number) * _SECONDS[unit.strip()]
        else:
            raise ValueError(_target_help(text))
    if days and seconds:
        raise ValueError(f"“{text}” mixes working days and hours: use one of them")
    amount, unit = (
        (days * PARTS_OF_A_DAY, TargetUnit.WORKING_DAYS) if days else (seconds, TargetUnit.SECONDS)
    )
    if amount == 0:
        raise ValueError(f"“{text}” is not a time that can be promised: give more than nothing")
    if amount >= 10**9:
        raise ValueError(f"“{text}” is longer than thirty years: nobody can promise that")
    if amount != int(amount):
        raise ValueError(f"“{text}” is not a whole number of seconds: write it like 90 s")
    return Target(int(amount), unit)


def _target_help(text: object) -> str:
    return f"“{_shown(text)}” is not a time target: write it like 4h, 30 min or 3 working days"


def _shown(text: object) -> str:
    """Return what was written, cut where it is too long to be shown."""
    written = str(text)
    return written if len(written) <= 60 else f"{written[:60]}…"


Percent = Annotated[
    Decimal,
    BeforeValidator(parse_percent),
    PlainSerializer(percent_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)?\s*%$", "examples": ["95 %"]}),
]
Number = Annotated[
    Decimal,
    BeforeValidator(parse_number),
    PlainSerializer(lambda value: format(value, "f"), return_type=str),
    WithJsonSchema({"type": ["string", "number"], "examples": ["92000.00"]}),
]
