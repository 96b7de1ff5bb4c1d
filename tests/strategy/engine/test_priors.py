"""Priors: each has a source, a standing and a direction that the engine confirms."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from golden.golden_tables import FOLDER
from retained.strategy.engine.case_terms import AssumptionTerms
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.formulas.tree import Array, Term
from retained.strategy.engine.line_library import IN_HOUSE, OFFER, WORKED, CostLine
from retained.strategy.engine.priors import (
    STANDING_WORDS,
    Prior,
    Raises,
    Standing,
    findings,
    prior,
    priors,
)

PAGE: Path = FOLDER.parent.parent / "docs" / "methods" / "priors.md"
TERM = Term(36)
ALL = list(priors().values())
# What a case is about, beside its priors: a team of thirty, of whom twenty leave.
ANSWERS = {
    "people": 30, "salary": 48_000, "people_leaving": 20, "people_moving": 6, "people_kept": 0,
    "offer_fee": 90_000, "own_knowledge": 1, "hours_apart": 4,
}  # fmt: skip


def prior_cells(one: Prior) -> list[str]:
    """Return the cells of the methods page for a prior."""
    ours = one.ours or "nothing"
    return [
        f"`{one.name}`", one.terms.title, distribution(one.terms), one.terms.unit, one.source,
        STANDING_WORDS[one.standing], ours, one.on.isoformat(), one.raises.replace("_", "-"),
    ]  # fmt: skip


def distribution(terms: AssumptionTerms) -> str:
    """Return a distribution as the page writes it."""
    value = getattr(terms, terms.kind)
    if terms.event:
        return f"event: {terms.event.chance} from month {terms.event.from_month}"
    if terms.discrete:
        return "discrete: " + ", ".join(f"{one} at {share}" for one, share in value.items())
    return f"{terms.kind}: " + (value if isinstance(value, str) else ", ".join(value))


def rows_of_page() -> list[list[str]]:
    lines = PAGE.read_text("utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:1] == "|"
    ]


def test_the_page_lists_every_prior_as_the_file_has_it() -> None:
    shown = [cells for cells in rows_of_page() if cells[0].startswith("`")]
    assert shown == [prior_cells(one) for one in ALL]


def test_the_page_lists_what_others_found() -> None:
    shown = rows_of_page()
    for one in findings():
        cells = [
            one.figure, one.words, one.source, STANDING_WORDS[one.standing], one.on.isoformat(),
        ]  # fmt: skip
        assert cells in shown, one.name


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_a_prior_is_marked_as_one_with_source_and_date(one: Prior) -> None:
    assert one.terms.prior
    assert one.terms.on == one.on
    assert one.terms.source.startswith(one.source)
    assert one.terms.title
    assert one.terms.unit


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_what_no_source_bears_out_says_so(one: Prior) -> None:
    if one.standing is Standing.OURS:
        assert one.ours == "all of it" or one.name == "labour_share"
        assert "our judgement" in one.terms.source
    elif one.ours:
        assert one.terms.source.endswith(f"Ours: {one.ours}")


def test_a_prior_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        prior("happiness")


def _cost(lines: tuple[CostLine, ...], given: Mapping[str, float]) -> float:
    """Return what lines cost over the term at the means, with some drivers given."""
    values: dict[str, Array] = {}
    for name, one in priors().items():
        values[name] = one.terms.as_source().mean({}, TERM)
    for name, value in (ANSWERS | dict(given)).items():
        values[name] = np.full((1, 1), float(value))
    for name, worked in WORKED.items():
        values[name] = read_formula(worked.formula).compute(values, TERM)
    found = (read_formula(one.formula).compute(values, TERM) for one in lines)
    return float(sum(np.broadcast_to(one, (1, TERM.months)).sum() for one in found))


# Where a prior bites only beside another value, or is not raised by a share of itself.
_BESIDE = {"index_cap": {"inflation": 0.09}}
_RAISED = {"index_floor": 0.03, "leave_month": 12.0, "move_month": 9.0, "ended": 0.02}


@pytest.mark.parametrize(
    "one", [x for x in ALL if x.raises is not Raises.NEITHER], ids=lambda one: one.name
)
def test_a_prior_raises_the_costs_that_it_says(one: Prior) -> None:
    mean = float(one.terms.as_source().mean({}, TERM).max())
    before = _BESIDE.get(one.name, {}) | {one.name: mean}
    after = before | {one.name: _RAISED.get(one.name, mean * 1.3)}
    raised = {
        side
        for side, lines in ((Raises.IN_HOUSE, IN_HOUSE), (Raises.OFFER, OFFER))
        if _cost(lines, after) > _cost(lines, before)
    }
    wanted = {Raises.IN_HOUSE, Raises.OFFER} if one.raises is Raises.BOTH else {one.raises}
    assert raised == wanted
