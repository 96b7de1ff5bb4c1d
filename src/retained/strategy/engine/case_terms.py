"""A business case as people write it: options, lines, and assumptions with where they come from.

In   a document of the schema retained/case/1
Out  a frozen value, the model that is computed from it, and the same document again
Why  docs/reference/case.md
"""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from retained.shared.months import Month
from retained.shared.placed import FieldError, raise_any
from retained.strategy.engine.benefit_goals import faults_of_goals
from retained.strategy.engine.case_checks import faults_of_names
from retained.strategy.engine.case_figures import (
    Currency,
    Figure,
    FormulaText,
    MonthText,
    TermMonth,
    TermMonths,
    Terms,
    Truth,
    Words,
    checked_figure,
    ratio_or_number,
)
from retained.strategy.engine.cases import MOST_DRIVERS
from retained.strategy.engine.decision_terms import Decisions
from retained.strategy.engine.distributions import (
    Discrete,
    Distribution,
    Empirical,
    Fixed,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
)
from retained.strategy.engine.fiscal_years import FiscalYear, fiscal_years
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.formulas.tree import Formula
from retained.strategy.engine.function_terms import Reference
from retained.strategy.engine.option_terms import (
    BenefitTerms,
    BudgetTerms,
    ExitTerms,
    FreedTerms,
)
from retained.strategy.engine.sources import Count, EachMonth, Event, Once, Source, Walk, Worked

SCHEMA = "retained/case/1"


class WalkTerms(Terms):
    """A path from month to month, such as an exchange rate."""

    start: Figure
    drift: Figure = "0 %"
    volatility: Figure


class EventTerms(Terms):
    """Something that happens once at most, with a chance a year."""

    chance: Figure
    from_month: TermMonth = 1


KINDS = (
    "value", "uniform", "triangular", "pert", "normal", "lognormal", "discrete", "seen", "walk",
    "event", "count", "formula",
)  # fmt: skip
PEOPLE = frozenset({"people", "fte", "heads"})  # units of what cannot be fewer than none
_PARTS: dict[str, tuple[Callable[..., Distribution], tuple[str, ...]]] = {
    "uniform": (Uniform, ("low", "high")),
    "triangular": (Triangular, ("low", "mode", "high")),
    "pert": (Pert, ("low", "mode", "high")),
    "normal": (Normal, ("mean", "deviation")),
    "lognormal": (Lognormal, ("mean", "deviation")),
}


class AssumptionTerms(Terms):
    """An assumption: one of the kinds, with its unit, source, date and owner."""

    title: Words = ""
    value: Figure | None = None
    uniform: tuple[Figure, ...] | None = None
    triangular: tuple[Figure, ...] | None = None
    pert: tuple[Figure, ...] | None = None
    normal: tuple[Figure, ...] | None = None
    lognormal: tuple[Figure, ...] | None = None
    discrete: dict[str, Figure] | None = None
    seen: Annotated[tuple[Figure, ...], Field(max_length=10_000)] | None = None
    walk: WalkTerms | None = None
    event: EventTerms | None = None
    count: FormulaText | None = None
    formula: FormulaText | None = None
    each_month: Truth = False
    unit: Words = ""
    source: Words = ""
    on: date | None = None
    owner: Words = ""
    prior: Truth = False

    @model_validator(mode="after")
    def _must_be_one_kind(self) -> "AssumptionTerms":
        kinds = [name for name in KINDS if getattr(self, name) is not None]
        if len(kinds) != 1:
            given = f"{' and '.join(kinds)} are given" if kinds else "none is given"
            raise ValueError(f"give one of {', '.join(KINDS)}: {given}")
        parts = _PARTS.get(kinds[0])
        if parts and len(getattr(self, kinds[0])) != len(parts[1]):
            raise FieldError(f"write {kinds[0]} as [{', '.join(parts[1])}]", kinds[0])
        if self.each_month and kinds[0] in {"value", "walk", "event", "count", "formula"}:
            raise FieldError("only a distribution is drawn anew each month", "each_month")
        faults = self.as_source().faults()
        if faults:
            raise FieldError(" ".join(faults), kinds[0])
        return self

    @property
    def kind(self) -> str:
        """Which kind it is."""
        return next(name for name in KINDS if getattr(self, name) is not None)

    @property
    def counts_people(self) -> bool:
        """Whether it says how many people there are: by its unit."""
        return self.unit.strip().lower() in PEOPLE

    @property
    def names(self) -> frozenset[str]:
        """The other assumptions that it needs."""
        return self.as_source().needs

    def as_source(self) -> Source:
        """Return where its values come from."""
        if self.formula is not None:
            return Worked(read_formula(self.formula))
        if self.count is not None:
            return Count(read_formula(self.count))
        if self.event is not None:
            return Event(figure(self.event.chance), self.event.from_month)
        if self.walk is not None:
            walk = self.walk
            return Walk(figure(walk.start), figure(walk.drift), figure(walk.volatility))
        distribution = self._distribution()
        return EachMonth(distribution) if self.each_month else Once(distribution)

    def _distribution(self) -> Distribution:
        if self.value is not None:
            return Fixed(figure(self.value))
        if self.discrete is not None:
            values = tuple(figure(value) for value in self.discrete)
            return Discrete(values, tuple(figure(chance) for chance in self.discrete.values()))
        if self.seen is not None:
            return Empirical(tuple(map(figure, self.seen)))
        make, _ = _PARTS[self.kind]
        return make(*map(figure, getattr(self, self.kind)))

    @field_validator("discrete")
    @classmethod
    def _values_must_be_figures(cls, given: dict[str, str] | None) -> dict[str, str] | None:
        for value in given or ():
            checked_figure(value)
        return given


class TaxTerms(Terms):
    """A tax on a line, and how much of it comes back."""

    rate: Figure
    recovered: Figure = "0 %"


class Paid(StrEnum):
    """When a line is paid."""

    MONTHLY = "monthly"  # at the end of each month
    AT_START = "at_start"  # once, on the day on which the term begins


class LineTerms(Terms):
    """A cost of an option."""

    title: Words = ""
    formula: FormulaText
    paid: Paid = Paid.MONTHLY
    once: Truth = False  # one-off, and not the cost of running it
    investment: Truth = False  # capital expenditure, and not operating expense
    tax: TaxTerms | None = None
    currency: Currency | None = None
    legal_entity: Words = ""
    cost_centre: Words = ""
    account: Words = ""


class OptionTerms(Terms):
    """One way to do it."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    lines: Annotated[dict[str, LineTerms], Field(min_length=1)]
    exit: ExitTerms | None = None
    benefits: tuple[BenefitTerms, ...] = ()
    freed: tuple[FreedTerms, ...] = ()


class RateTerms(Terms):
    """What one unit of another currency is worth: an assumption, dated as all are."""

    assumption: str


Together = tuple[str, str, Figure]


class CaseTerms(Terms):
    """Everything that a business case says."""

    schema_name: Literal["retained/case/1"] = Field(
        alias="schema", validation_alias=AliasChoices("schema", "schema_name")
    )
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    currency: Currency
    start: MonthText = Field(alias="from")
    months: TermMonths
    discount: Figure
    fiscal_year_from: Annotated[int, BeforeValidator(int), Field(ge=1, le=12)] = 1
    functions: Annotated[tuple[Reference, ...], Field(max_length=50)] = ()  # of the portfolio
    baseline: str
    assumptions: Annotated[dict[str, AssumptionTerms], Field(max_length=MOST_DRIVERS)] = Field(
        default_factory=dict
    )
    together: tuple[Together, ...] = ()
    rates: dict[Currency, RateTerms] = Field(default_factory=dict)
    options: Annotated[dict[str, OptionTerms], Field(min_length=2)]
    decisions: Decisions = Field(default_factory=dict)
    budget: BudgetTerms | None = None

    @field_validator("assumptions", mode="before")
    @classmethod
    def _must_not_be_too_many(cls, given: object) -> object:
        # Before each of them is read: ten thousand are refused at once.
        if isinstance(given, dict) and len(given) > MOST_DRIVERS:
            raise ValueError(
                f"a case has at most {MOST_DRIVERS} assumptions, and not {len(given):,}"
            )
        return given

    @model_validator(mode="after")
    def _names_must_lead_somewhere(self, info: ValidationInfo) -> "CaseTerms":
        goals = (info.context or {}).get("goals")  # only an installation knows them
        found = [*faults_of_names(self), *(() if goals is None else faults_of_goals(self, goals))]
        raise_any(found)
        return self

    @property
    def fiscal_years(self) -> list[FiscalYear]:
        """The company's own years that the term runs through."""
        return fiscal_years(self.first_month, self.months, begins=self.fiscal_year_from)

    @property
    def first_month(self) -> Month:
        """The first month of the term."""
        return Month.parse(self.start)

    @property
    def priors(self) -> int:
        """How many assumptions are priors: somebody else's figures, and not the company's own."""
        return sum(one.prior for one in self.assumptions.values())

    def as_document(self) -> dict[str, Any]:
        """Return the case as plain values: reading them gives an equal case."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def formula_of(line: LineTerms) -> Formula:
    """Return the formula of a line."""
    return read_formula(line.formula)


def figure(text: str) -> float:
    """Return what a figure writes; raises ValueError."""
    return float(ratio_or_number(text))
