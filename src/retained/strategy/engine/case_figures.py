"""What stands in the fields of a case file: figures, formulas, months and words.

In   the text of a field
Out  the text as it was written, once it can be read
Why  docs/reference/case.md
"""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from retained.shared.errors import DomainError
from retained.shared.months import Month
from retained.shared.quantities import parse_number, parse_percent
from retained.strategy.engine.cases import LONGEST_TERM
from retained.strategy.engine.formulas.reading import LONGEST, FormulaError, read_formula


def ratio_or_number(text: object) -> Decimal:
    """Return what “3 %” or “0.03” or “60000” writes; raises ValueError."""
    written = str(text).strip()
    return parse_percent(written) if written.endswith("%") else parse_number(written)


def checked_figure(text: object) -> str:
    """Return a figure as it was written, once it can be read; raises ValueError."""
    ratio_or_number(text)
    return str(text).strip()


def _formula(text: object) -> str:
    try:
        return read_formula(str(text)).text
    except FormulaError as error:
        raise ValueError(error.message) from error


def _month(text: str) -> str:
    try:
        return str(Month.parse(text))
    except DomainError as error:
        raise ValueError(error.message) from error


def _truth(value: object) -> object:
    return {"true": True, "false": False}.get(str(value).lower(), value)


def _months(value: object) -> int:
    months = int(str(value))
    if not 1 <= months <= LONGEST_TERM:
        raise ValueError(f"a term has 1 to {LONGEST_TERM} months, and not {months:,}")
    return months


Figure = Annotated[str, BeforeValidator(checked_figure), Field(examples=["60000", "3 %"])]
FormulaText = Annotated[str, BeforeValidator(_formula), Field(max_length=LONGEST)]
MonthText = Annotated[str, AfterValidator(_month), Field(examples=["2026-01"])]
# How many months a term has.
TermMonths = Annotated[int, BeforeValidator(_months), Field(ge=1, le=LONGEST_TERM)]
# A month of the term: 1 is its first.
TermMonth = Annotated[int, BeforeValidator(int), Field(ge=1, le=LONGEST_TERM)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Words = Annotated[str, Field(max_length=300)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Terms(BaseModel):
    """Something that a case file says: every field is known, and nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
