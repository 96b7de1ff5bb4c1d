"""Amounts beyond all money are refused in a sentence, by line, before anything is written."""

import pytest

from retained.shared.errors import DomainError
from retained.strategy.engine.case_files import read_case
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.quick import quick_result
from retained.strategy.engine.results import as_money
from retained.strategy.engine.trial import trial_remarks
from strategy.case_texts import SURE, run_text

ABSURD = SURE.replace("fee: {formula: fee}", 'fee: {title: The fee, formula: "fee ^ 15"}')


def test_a_run_names_each_line_that_comes_to_more_than_all_money() -> None:
    with pytest.raises(CaseRefusedError) as refused:
        run_text(ABSURD.replace('team: {formula: "100"}', 'team: {formula: "0 - fee ^ 14"}'))
    team, fee = refused.value.remarks
    assert (team.place.column, fee.place.column) == (
        "options.stay.lines.team.formula",
        "options.offer.lines.fee.formula",
    )
    assert "“The fee” comes to 2.1e+29 EUR in a month on the mean" in fee.sentence
    assert "Look at the assumptions in its formula" in fee.sentence


def test_a_check_and_a_moved_slider_say_it_too() -> None:
    [remark] = trial_remarks(read_case(ABSURD))
    assert "more than all the money there is" in remark.sentence
    far = SURE.replace("fee: {formula: fee}", 'fee: {formula: "fee ^ 5"}')
    with pytest.raises(CaseRefusedError, match="more than all the money there is"):
        quick_result(read_case(far), {"fee": "1000000"}, draws=10)


@pytest.mark.parametrize("amount", [2e26, -1e300, float("inf")])
def test_one_draw_far_off_is_a_sentence_and_no_traceback(amount: float) -> None:
    with pytest.raises(DomainError, match="Look at its assumptions"):
        as_money(amount, "EUR")


def test_an_amount_of_any_real_money_is_counted() -> None:
    assert as_money(1e20, "IDR").amount == 10**20
