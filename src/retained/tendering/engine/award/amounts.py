"""What stands in the fields of an award file: amounts, counts, quantities and names.

In   the text of a field
Out  exact values; amounts as they were written, until the file's currency is known
Why  docs/reference/award.md
"""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from retained.shared.money import minor_digits
from retained.shared.quantities import Number, Percent, parse_number, shown

_AMOUNT = re.compile(r"(?P<figure>.*?)(?:\s*(?P<currency>[A-Z]{3}))?")


def _parts(text: str) -> tuple[Decimal, str]:
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{shown(text)}” is not an amount: write it like 92000.00")
    return parse_number(found["figure"]), found["currency"] or ""


def checked_amount(text: object) -> str:
    """Return an amount as it was written, once it can be read; raises ValueError."""
    _parts(str(text))
    return str(text).strip()


def minor_of(text: str, currency: str) -> int:
    """Return an amount in whole minor units of `currency`; raises ValueError for any other."""
    exact = exact_minor_of(text, currency)
    if exact.denominator != 1:
        digits = minor_digits(currency)
        raise ValueError(
            f"“{shown(text)}” has more than {digits} digits after the point, which {currency} "
            "does not have: round it, or write it as a unit price"
        )
    return int(exact)


def exact_minor_of(text: str, currency: str) -> Fraction:
    """Return an amount in minor units of `currency`, exact; raises ValueError for any other."""
    figure, written = _parts(text)
    if written and written != currency:
        raise ValueError(
            f"“{shown(text)}” is not in {currency}: convert it at a dated rate first, and say "
            "which in the tender"
        )
    return Fraction(figure.scaleb(minor_digits(currency)))


def _truth(value: object) -> object:
    return {"true": True, "false": False, "yes": True, "no": False}.get(str(value).lower(), value)


def _whole(value: object) -> int:
    text = str(value).strip()
    if not text.isdecimal() or len(text) > 12:
        raise ValueError(f"“{shown(value)}” is not a whole number: write it like 3")
    return int(text)


def _share(value: Decimal) -> Decimal:
    if not 0 <= value <= 1:
        raise ValueError("a share lies between 0 % and 100 %")
    return value


def _not_negative(value: Decimal) -> Decimal:
    if value < 0:
        raise ValueError(f"“{value}” is less than nothing")
    return value


def _not_nothing(value: Decimal) -> Decimal:
    if value <= 0:
        raise ValueError(f"“{value}” must be more than nothing")
    return value


Amount = Annotated[str, BeforeValidator(checked_amount), Field(examples=["92000.00", "92000 EUR"])]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0)]
Parts = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=10**9)]
Share = Annotated[Percent, AfterValidator(_share)]
Quantity = Annotated[Number, AfterValidator(_not_negative)]
Positive = Annotated[Number, AfterValidator(_not_nothing)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Truth = Annotated[bool, BeforeValidator(_truth)]


class Terms(BaseModel):
    """Something that an award file says: every field is known, and nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
