"""What an option says beside its lines: how it can be left, and what it brings besides money.

In   fields of an option, and of the case's budget
Out  frozen values, and what is wrong with them beside the rest of the case
Why  docs/reference/case.md
"""

from collections.abc import Collection, Iterator
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from retained.shared.placed import FieldError
from retained.strategy.engine.case_figures import Figure, FormulaText, TermMonth, Terms, Words
from retained.strategy.engine.formulas.reading import read_formula


class ExitTerms(Terms):
    """A right to leave an option: from when on, what it costs, and what is done from then on."""

    from_month: TermMonth
    until_month: TermMonth | None = None  # by default the last but one of the term
    every: TermMonth = 1  # months from one date to the next
    cost: FormulaText
    to: str


class BenefitTerms(Terms):
    """What an option does for a goal, beside the money: a mark from 0 to 4, or a figure."""

    goal: Annotated[Words, Field(min_length=1)]
    words: Words = ""
    mark: Annotated[int, BeforeValidator(int), Field(ge=0, le=4)] | None = None
    figure: Figure | None = None
    unit: Words = ""

    @model_validator(mode="after")
    def _must_be_marked_or_measured(self) -> "BenefitTerms":
        if (self.mark is None) == (self.figure is None):
            raise FieldError("give a mark from 0 to 4, or a figure with its unit", "mark")
        if self.figure is not None and not self.unit:
            raise FieldError("say in which unit the figure is", "unit")
        return self


class FreedTerms(Terms):
    """People, or hours a month of somebody's time, that an option frees; and where they go."""

    who: Annotated[Words, Field(min_length=1)]
    people: Figure | None = None
    hours_a_month: Figure | None = None
    from_month: TermMonth = 1
    where: Annotated[Words, Field(min_length=1)]

    @model_validator(mode="after")
    def _must_be_people_or_hours(self) -> "FreedTerms":
        if (self.people is None) == (self.hours_a_month is None):
            raise FieldError("give people, or hours_a_month", "people")
        return self


class BudgetTerms(Terms):
    """What was budgeted: an amount for each fiscal year, or a formula for each month."""

    years: dict[str, Figure] | None = None
    formula: FormulaText | None = None

    @model_validator(mode="after")
    def _must_be_years_or_formula(self) -> "BudgetTerms":
        if (self.years is None) == (self.formula is None):
            raise FieldError("give years, or a formula", "years")
        return self


def faults_of_exit(
    leave: ExitTerms, option: str, *, options: Collection[str], known: Collection[str], months: int
) -> Iterator[FieldError]:
    """Yield what is wrong with a right to exit; paths begin at the option."""
    if leave.to not in options or leave.to == option:
        others = " or ".join(one for one in options if one != option)
        sentence = f"“{leave.to}” is no other option of this case: use {others}"
        yield FieldError(sentence, "exit", "to")
    last = leave.until_month or months - 1
    if not leave.from_month <= last < months:
        sentence = f"leave in a month before the last of the term, which is {months}"
        yield FieldError(sentence, "exit", "from_month")
    for name in sorted(read_formula(leave.cost).names - set(known)):
        yield FieldError(f"“{name}” is no assumption of this case", "exit", "cost")


def faults_of_budget(
    budget: BudgetTerms, *, years: Collection[str], known: Collection[str]
) -> Iterator[FieldError]:
    """Yield what is wrong with a budget; every fiscal year of the term needs its amount."""
    if budget.formula is not None:
        for name in sorted(read_formula(budget.formula).names - set(known)):
            yield FieldError(f"“{name}” is no assumption of this case", "formula")
        return
    given = budget.years or {}
    for year in sorted(given.keys() - set(years)):
        yield FieldError(f"“{year}” is no fiscal year of the term: use {', '.join(years)}", "years")
    for year in years:
        if year not in given:
            yield FieldError(f"the fiscal year {year} has no budget: give one", "years")
