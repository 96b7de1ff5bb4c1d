"""Quantities as people write them in files: numbers and percentages, kept exact.

In   texts such as "95 %" and "92000.00"
Out  exact values, and the same texts again when they are written out
Why  docs/reference/agreement.md
"""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
# Decimals are exact to 28 digits: an amount with its share must fit.
_MOST_DIGITS = 12
_MOST_DECIMALS = 8


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
        raise ValueError(f"“{shown(text)}” is not a number: write it like 92000.00")
    whole, _, fraction = written.lstrip("-").partition(".")
    if len(whole.lstrip("0")) > _MOST_DIGITS or len(fraction) > _MOST_DECIMALS:
        raise ValueError(
            f"“{shown(text)}” has too many digits: up to {_MOST_DIGITS} before the point and "
            f"{_MOST_DECIMALS} after it can be counted exactly"
        )
    return Decimal(written)


def parse_percent(text: object) -> Decimal:
    """Return the ratio that a percentage writes: "95 %" is 0.95; raises ValueError."""
    if isinstance(text, Decimal):
        return text
    written = str(text).strip()
    if not written.endswith("%"):
        raise ValueError(f"“{shown(text)}” is not a percentage: write it like 95 %")
    return parse_number(written.removesuffix("%").strip()) / 100


def percent_text(ratio: Decimal) -> str:
    """Return a ratio as a percentage: 0.95 is "95 %"."""
    return f"{decimal_text(ratio * 100)} %"


def shown(text: object) -> str:
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
