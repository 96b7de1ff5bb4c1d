"""Business cases for tests: the story's, and small ones that have an answer in closed form."""

from collections.abc import Mapping, Sequence

from retained.strategy.engine.cases import Case, Line, Option, Tax
from retained.strategy.engine.distributions import Distribution, Fixed
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.formulas.tree import Formula
from retained.strategy.engine.sources import Driver, Once, Source, Worked
from retained.strategy.engine.streams import Correlation

VAT = Tax(rate=0.21, recovered=0.0)
NO_TAX = Tax()
Given = Source | Distribution | Formula | float


def line(
    name: str, formula: str, *, tax: Tax = NO_TAX, currency: str = "EUR", at_start: bool = False
) -> Line:
    return Line(name, name.replace("_", " "), read_formula(formula), currency, tax, at_start)


def case(
    options: Mapping[str, Sequence[Line]],
    drivers: Mapping[str, Given],
    *,
    months: int = 36,
    discount: float = 0.07,
    correlations: Sequence[Correlation] = (),
    rates: Mapping[str, str] | None = None,
) -> Case:
    """Return a case whose first option is the baseline."""
    return Case(
        title="A case",
        currency="EUR",
        months=months,
        discount=discount,
        options=tuple(Option(name, name, tuple(lines)) for name, lines in options.items()),
        baseline=next(iter(options)),
        drivers=tuple(Driver(name, source(one)) for name, one in drivers.items()),
        correlations=tuple(correlations),
        rates=dict(rates or {}),
    )


def source(given: Given) -> Source:
    """Return a number, a distribution or a formula as the source of a driver."""
    if isinstance(given, int | float):
        return Once(Fixed(float(given)))
    if isinstance(given, Formula):
        return Worked(given)
    return given if isinstance(given, Source) else Once(given)


def story_case(*, tax: Tax = NO_TAX) -> Case:
    """Return the demonstration's case of the service desk, every figure fixed."""
    offer = [
        line("fee", "fee_a_year / 12", tax=tax),
        line("retained_team", "retained_a_year / 12"),
        line("one_off", "once_paid", at_start=True),
    ]
    return case(
        {"stay": [line("in_house", "in_house_a_year / 12")], "offer": offer},
        {
            "in_house_a_year": 1_860_000,
            "fee_a_year": 1_104_000,
            "retained_a_year": 140_000,
            "once_paid": 720_000,
        },
    )
