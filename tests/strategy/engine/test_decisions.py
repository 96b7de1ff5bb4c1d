"""Discrete decisions: what each way is worth alone, over the same draws."""

import pytest

from golden.golden_tables import FOLDER, rows
from retained.strategy.engine.case_files import model_of, read_case, write_case
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.decisions import effects
from retained.strategy.engine.quick import holding, quick_result
from retained.strategy.engine.results import CaseResult, as_money, run_case
from retained.strategy.engine.simulation import simulate
from strategy.engine.worked_case import WORKED

EXAMPLE = (
    FOLDER.parent.parent / "examples" / "service-desk-case" / "with-decisions.yaml"
).read_text("utf-8")


def result(text: str, *, draws: int = 2_000, **decided: str) -> CaseResult:
    terms = read_case(text)
    return run_case(simulate(model_of(terms, decided), draws=draws, seed=7), terms)


def test_the_worked_table() -> None:
    stands, *others = rows("decisions/two-decisions.csv")
    found = result(WORKED, draws=10)
    assert str(found.options[0].at_means.amount) == stands["saves"]
    for effect, row in zip(effects(found), others, strict=True):
        other = result(WORKED, draws=10, **{effect.decision: effect.way})
        assert effect.title == row["decision"]
        assert effect.way_title.lower() == row["way"]
        assert str(effect.moved.amount) == row["moves by"]
        assert str(other.options[0].at_means.amount) == row["saves"]
        assert (effect.error.amount, effect.chance, effect.chance_moved) == (0, 1, 0)


def test_an_effect_is_the_difference_of_two_runs_of_the_same_seed() -> None:
    found = result(EXAMPLE)
    for effect in effects(found):
        other = result(EXAMPLE, **{effect.decision: effect.way}).options[0]
        now = found.options[0]
        assert effect.moved == as_money(other.value.mean - now.value.mean, "EUR")
        assert effect.chance == other.value.chance
        assert effect.chance_moved == pytest.approx(other.value.chance - now.value.chance)


def test_a_way_taken_is_turned_round_and_both_ways_are_alike() -> None:
    [cap, _] = effects(result(EXAMPLE))
    [back, _] = effects(result(EXAMPLE, index_cap="none"))
    assert (back.way, back.instead_of) == ("three", "No cap")
    assert back.moved == -cap.moved


def test_what_is_held_stays_held_in_every_other_way() -> None:
    terms = read_case(EXAMPLE)
    calm = holding(model_of(terms), {"inflation": "1 %"})
    [cap, staff] = effects(run_case(simulate(calm, draws=500, seed=7), terms))
    assert cap.moved.amount == 0  # a cap that is never reached
    assert staff.moved.amount > 0


def test_a_slider_is_moved_under_another_way() -> None:
    terms = read_case(WORKED)
    [found] = quick_result(terms, {"fee": "70000"}, decided={"staff": "move"}, draws=10)
    assert str(found.at_means.amount) == "653200.00"  # 410,800 and 10,000 x (12 + 12 x 1.02)


def test_a_line_that_no_way_takes_is_not_in_the_case() -> None:
    case = model_of(read_case(WORKED))
    assert [line.id for line in case.option("offer").lines] == ["offer.fee", "offer.severance"]
    assert case.held == {}
    assert model_of(read_case(WORKED), {"cap": "none"}).held == {"cap": 1.0}


def test_a_case_with_decisions_is_written_and_read_without_loss() -> None:
    for text in (WORKED, EXAMPLE):
        assert read_case(write_case(read_case(text))) == read_case(text)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("now: two", "now: three", "“three” is no way of this decision: use two or none"),
        ("hold: {cap: 100 %}", "hold: {cup: 100 %}", "“cup” is no assumption of this case"),
        ("hold: {cap: 100 %}", "hold: {cap: much}", "is not a number"),
        ("[offer.transfer]", "[offer.transfers]", "“offer.transfers” is no line of this case"),
        ("leave: {title: They leave,", "leave: {hold: {cap: 1 %},", "held by the decision cap too"),
    ],
)
def test_what_cannot_be_decided_is_said(old: str, new: str, sentence: str) -> None:
    assert old in WORKED
    with pytest.raises(CaseRefusedError, match=sentence):
        read_case(WORKED.replace(old, new))


def test_a_way_that_is_not_there_is_refused() -> None:
    terms = read_case(WORKED)
    with pytest.raises(CaseRefusedError) as refused:
        model_of(terms, {"cap": "three", "price": "low"})
    assert [remark.sentence for remark in refused.value.remarks] == [
        "“three” is no way of this decision: use two or none.",
        "“price” is no decision of this case: cap, staff.",
    ]


def test_an_event_is_only_decided_not_to_happen() -> None:
    quits = "  quits: {event: {chance: 9 %}}\n"
    event = WORKED.replace("decisions:\n", f"{quits}decisions:\n")
    read_case(event.replace("hold: {cap: 100 %}", "hold: {quits: 0 %}"))
    with pytest.raises(CaseRefusedError, match="only be held at 0"):
        read_case(event.replace("hold: {cap: 100 %}", "hold: {quits: '1'}"))


def test_effects_are_over_the_first_draws_of_a_long_run() -> None:
    terms = read_case(WORKED)
    whole = run_case(simulate(model_of(terms), draws=12_000, seed=7), terms)
    assert effects(whole) == effects(result(WORKED, draws=10))
