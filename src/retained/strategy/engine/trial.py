"""A trial of a case: what is wrong with it that only shows once it is computed.

In   a case as it was read
Out  every remark about it: correlations, amounts that are no number, fewer people than none
Why  docs/reference/case.md
"""

from collections.abc import Iterator

from retained.shared.errors import DomainError
from retained.shared.remarks import Remark, Severity
from retained.strategy.engine.case_files import model_of
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.results import DEFAULT_SEED, must_make_sense
from retained.strategy.engine.right_to_exit import right_to_exit
from retained.strategy.engine.simulation import expected, simulate

DRAWS = 1_000


def trial_remarks(terms: CaseTerms) -> list[Remark]:
    """Return what a thousand draws, in every way of every decision, find wrong with a case."""
    found: dict[str, Remark] = {}
    for decided in _ways(terms):
        for remark in _remarks(terms, decided):
            found.setdefault(remark.sentence, remark)
    return list(found.values())


def _ways(terms: CaseTerms) -> Iterator[dict[str, str]]:
    yield {}
    for key, decision in terms.decisions.items():
        yield from ({key: way} for way in decision.ways if way != decision.now)


def _remarks(terms: CaseTerms, decided: dict[str, str]) -> Iterator[Remark]:
    try:
        case = model_of(terms, decided)
        simulation = simulate(case, draws=DRAWS, seed=DEFAULT_SEED)
        must_make_sense(simulation, terms)
        expected(case)
        for option in case.options:
            right_to_exit(simulation, option.id)
    except CaseRefusedError as error:
        yield from error.remarks
    except DomainError as error:
        yield Remark(Severity.ERROR, "case", error.message)
