"""The first result of a case that nobody has saved yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from retained.evidence.queries.exchange_rates import NoRateError, rate_on
from retained.strategy.case_words import AssumptionRow, assumption_rows
from retained.strategy.engine.case_files import model_of
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.first_look import FirstLook, cheapest_share, first_look
from retained.strategy.engine.results import CaseResult, OptionResult, run_case
from retained.strategy.engine.simulation import simulate

DRAWS = 10_000
SEED = 1
_MOST_MONTHS = 60  # of that many draws: a longer term gets fewer, so that the page still answers
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One way, beside the others; what it saves is absent of the way that others are held to."""

    title: str
    is_best: bool
    share: float
    saving: OptionResult | None


@dataclass(frozen=True)
class FirstResult:
    """A quick run in words and rows; `rest_on` are the assumptions that move it most."""

    look: FirstLook
    result: CaseResult
    options: tuple[OptionLine, ...]
    rest_on: tuple[AssumptionRow, ...]

    @property
    def shown(self) -> OptionResult:
        """The option that a picture is drawn of: the cheapest, or the best of those that lose."""
        return max(self.result.options, key=lambda one: one.value.p50)


def first_result(terms: CaseTerms) -> FirstResult:
    """Return what a quick run of a case says; raises CaseRefusedError where it is not sound."""
    draws = min(DRAWS, DRAWS * _MOST_MONTHS // terms.months)
    result = run_case(simulate(model_of(terms), draws=draws, seed=SEED), terms)
    look = first_look(result)
    first = FirstResult(look, result, tuple(_lines(result, look)), ())
    moving = [one.driver for one in first.shown.matters[:_SHOWN]]
    rows = {row.key: row for row in assumption_rows(terms)}
    return FirstResult(look, result, first.options, tuple(rows[name] for name in moving))


def known_rate(currency: str, base: str, day: date) -> tuple[str, date, str] | None:
    """Return what one unit of a currency is worth, as a case writes it, its day and its source."""
    try:
        found = rate_on(currency, base, day)
    except NoRateError:
        return None
    return found.figure, found.day, found.source


def _lines(result: CaseResult, look: FirstLook) -> Iterator[OptionLine]:
    savings = {one.id: one for one in result.options}
    for name, option in result.terms.options.items():
        share = cheapest_share(result, name)
        yield OptionLine(option.title, name == look.cheapest, share, savings.get(name))
