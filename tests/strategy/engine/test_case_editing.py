"""One part of a case is changed, and the whole is checked."""

import pytest

from retained.strategy.engine.case_editing import (
    figures_as,
    figures_of,
    history_in,
    with_assumption,
    with_line,
    with_option,
    without_assumption,
    without_line,
)
from retained.strategy.engine.case_files import read_case
from retained.strategy.engine.case_terms import KINDS, AssumptionTerms
from retained.strategy.engine.cases import CaseRefusedError
from strategy.case_texts import SURE

TERMS = read_case(SURE)
WRITTEN = {
    "value": "92000",
    "uniform": "3 %; 5 %",
    "triangular": "1; 2; 4",
    "pert": "28; 30; 33",
    "normal": "46000; 2000",
    "lognormal": "12 %; 14 %",
    "discrete": "0: 70 %; 1: 30 %",
    "seen": "12; 14; 11",
    "walk": "0.92; 0 %; 8 %",
    "event": "10 %; 12",
    "count": "fee / 12",
    "formula": "fee * 0.1",
}


@pytest.mark.parametrize("kind", KINDS)
def test_figures_are_read_as_they_are_shown(kind: str) -> None:
    given = figures_as(kind, WRITTEN[kind])
    terms = AssumptionTerms.model_validate({kind: given})
    assert terms.kind == kind
    assert figures_of(terms) == WRITTEN[kind]


def test_an_assumption_is_added_changed_and_taken_out() -> None:
    more = with_assumption(
        TERMS, "people", {"pert": ["1", "2", "3"], "unit": "people"}, is_new=True
    )
    assert more.assumptions["people"].kind == "pert"
    assert with_assumption(more, "people", {"value": "2"}).assumptions["people"].value == "2"
    assert without_assumption(more, "people") == TERMS
    with pytest.raises(CaseRefusedError, match="is there already"):
        with_assumption(TERMS, "fee", {"value": "1"}, is_new=True)
    with pytest.raises(CaseRefusedError, match="fee"):
        without_assumption(TERMS, "fee")  # a formula needs it


def test_a_line_is_added_and_taken_out_but_not_the_last() -> None:
    fields = {
        "formula": "fee * 0.1",
        "paid": "monthly",
        "tax": {"rate": "21 %", "recovered": "0 %"},
    }
    more = with_line(TERMS, "offer", "travel", fields, is_new=True)
    assert more.options["offer"].lines["travel"].tax is not None
    assert without_line(more, "offer", "travel") == TERMS
    with pytest.raises(CaseRefusedError):
        without_line(TERMS, "stay", "team")


def test_an_option_begins_as_another() -> None:
    more = with_option(TERMS, "tallis", "Tallis", like="offer")
    assert more.options["tallis"].title == "Tallis"
    assert more.options["tallis"].lines == TERMS.options["offer"].lines
    with pytest.raises(CaseRefusedError, match="is there already"):
        with_option(TERMS, "stay", "Stay again", like="offer")


def test_a_history_is_read_with_every_row_that_is_no_number() -> None:
    assert history_in("Tickets a month\n3300\n\n3412\n2950.5\n", name="h.csv") == [
        "3300", "3412", "2950.5",
    ]  # fmt: skip
    with pytest.raises(CaseRefusedError) as refused:
        history_in("3300\nmany\n3412\nfew\n", name="h.csv")
    assert [one.place.row for one in refused.value.remarks] == [2, 4]
    with pytest.raises(CaseRefusedError, match="holds no values"):
        history_in("Tickets\n", name="h.csv")
