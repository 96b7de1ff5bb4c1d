"""What came out of a version of a case, ready for its page: words first, pictures, tables."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from retained.directory.models import Person
from retained.pages.charts import Chart
from retained.strategy import pictures
from retained.strategy.case_words import (
    ValueWords,
    benefit_words,
    even_words,
    exit_sentence,
    figure_words,
    freed_size,
    is_percent,
    nearest_evens,
    range_sentence,
    saving_sentence,
)
from retained.strategy.engine.benefit_goals import served_goals, served_sentence
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.result_figures import EvenFigures, OptionFigures, ResultFigures
from retained.strategy.models import CaseVersion
from retained.strategy.queries import cases as queries
from retained.strategy.queries.benefits import held_goals
from retained.strategy.queries.confirmations import confirmed_in

_MOST_EVENS = 8


@dataclass(frozen=True, slots=True)
class OptionCard:
    """An option as the head of the page shows it."""

    figures: OptionFigures
    sentence: str
    ranges: str
    is_shown: bool

    @property
    def words(self) -> ValueWords:
        """What it saves on the mean, in words."""
        return ValueWords(self.figures.value)


@dataclass(frozen=True, slots=True)
class EvenRow:
    """What would have to be true of one assumption."""

    title: str
    unit: str
    now: str
    then: str


def result_context(
    version: CaseVersion, reader: Person, *, on: date, asked: str = ""
) -> dict[str, Any]:
    """Return the figures of a version's run; of the option `asked` for those in depth.

    Its benefits are held against the goals and values of the day `on`.
    """
    run = queries.run_of(version)
    if run is None:
        return {"result": None}
    result = queries.result_written_in(run.document)
    terms = queries.terms_written_in(version.document)
    shown = _shown(result, asked)
    served = served_goals(shown.benefits, held_goals(reader, on=on))
    return {
        "run": run,
        "result": result,
        "confirmed": confirmed_in(version),
        "cards": [_card(one, result, shown) for one in result.options],
        "shown": shown,
        "exit": exit_sentence(shown.exit, result.draws) if shown.exit else "",
        "served": [(one, [benefit_words(it) for it in one.benefits]) for one in served],
        "served_sentence": served_sentence(served),
        "freed": [(one, freed_size(one)) for one in shown.freed],
        "has_budget": terms.budget is not None,
        "charts": _charts(result, shown),
        "evens": [_even(one, terms) for one in nearest_evens(shown, _MOST_EVENS)],
        "evens_left": max(len(shown.break_evens) - _MOST_EVENS, 0),
    }


def _charts(result: ResultFigures, shown: OptionFigures) -> dict[str, Chart]:
    return {
        "fan": pictures.fan_chart(result, shown),
        "matters": pictures.tornado_chart(result, shown),
        "years": pictures.years_chart(result, shown),
        "lines": pictures.lines_chart(result),
    }


def _shown(result: ResultFigures, asked: str) -> OptionFigures:
    own = [one for one in result.options if one.id == asked]
    return own[0] if own else queries.best_of(result)


def _card(option: OptionFigures, result: ResultFigures, shown: OptionFigures) -> OptionCard:
    return OptionCard(
        option, saving_sentence(option, result.months), range_sentence(option), option is shown
    )


def _even(one: EvenFigures, terms: CaseTerms) -> EvenRow:
    percent = is_percent(terms.assumptions[one.assumption])
    now = figure_words(one.mean, is_percent=percent)
    return EvenRow(one.title, one.unit, now, even_words(one, is_percent=percent))
