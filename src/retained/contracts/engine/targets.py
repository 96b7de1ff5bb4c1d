"""Time targets as people write them in an agreement.

In   texts such as "8h", "30 min", "3 working days"
Out  exact values, and the same texts again when they are written out
Why  docs/reference/agreement.md
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from retained.shared.business_time import PARTS_OF_A_DAY
from retained.shared.quantities import decimal_text, shown

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z ]+?)(?=\s*\d|\s*$)")
_SECONDS = {
    "s": 1, "sec": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hour": 3600, "hours": 3600,
}  # fmt: skip
_WORKING_DAYS = {"working day", "working days", "wd"}
_LONGEST_TARGET = 60  # characters


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
    return f"“{shown(text)}” is not a time target: write it like 4h, 30 min or 3 working days"
