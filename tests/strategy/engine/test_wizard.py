"""A first case from twelve answers: whole, open about its priors, not always for the offer."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.golden_tables import FOLDER
from retained.strategy.engine.answers import (
    QUESTIONS,
    Answers,
    answers_of,
    answers_schema,
    read_answers,
)
from retained.strategy.engine.case_files import model_of, read_case, write_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.first_look import FirstLook, first_look
from retained.strategy.engine.results import CaseResult, run_case
from retained.strategy.engine.simulation import expected, simulate
from retained.strategy.engine.wizard import SOURCE, first_case

ROOT: Path = FOLDER.parent.parent
EXAMPLE = ROOT / "examples" / "service-desk-case" / "answers.yaml"
ON = date(2026, 11, 9)
DESK = yaml.safe_load(EXAMPLE.read_text("utf-8"))


def answers(**changed: Any) -> Answers:
    return answers_of({**DESK, **changed})


def begun(**changed: Any) -> CaseTerms:
    return first_case(answers(**changed), on=ON)


def run(terms: CaseTerms) -> CaseResult:
    return run_case(simulate(model_of(terms), draws=2_000, seed=7), terms)


def refused(**changed: Any) -> str:
    with pytest.raises(CaseRefusedError) as caught:
        answers(**changed)
    return str(caught.value)


def test_there_are_twelve_questions_and_each_is_a_field() -> None:
    assert len(QUESTIONS) == 12
    assert {one.field for one in QUESTIONS} == set(Answers.model_fields) - {
        "schema_name", "reference",
    }  # fmt: skip


def test_the_published_schema_is_the_one_that_is_read_by() -> None:
    path = ROOT / "docs" / "reference" / "schemas" / "answers-1.schema.json"
    assert path.read_text("utf-8") == answers_schema()


def test_a_case_is_whole_and_comes_back_from_its_file() -> None:
    terms = begun()
    assert list(terms.options) == ["stay", "improve", "hybrid", "offer"]
    assert (terms.baseline, terms.start, terms.months) == ("stay", "2026-01", 36)
    assert read_case(write_case(terms)) == terms


def test_every_figure_is_an_answer_a_prior_or_worked_out() -> None:
    for name, one in begun().assumptions.items():
        if one.formula is None and one.count is None:
            assert one.source, name
            assert one.on is not None, name
            assert one.prior or one.source.startswith((SOURCE, "Offer of")), name
        else:
            assert not one.prior, name
    assert begun().priors > 20


def test_no_driver_is_there_that_no_line_needs() -> None:
    terms = begun(improve={"less_work": "0 %"}, leavers={"move": 0, "leave": 0})
    assert list(terms.options) == ["stay", "hybrid", "offer"]
    gone = {"less_work", "improvement", "severance_months", "move_month", "travel_share", "units"}
    assert gone.isdisjoint(terms.assumptions)


def test_tax_falls_on_the_fee_and_only_what_does_not_come_back_is_a_cost() -> None:
    taxed, free = (
        expected(model_of(begun(tax={"rate": "21 %", "recovered": share})))
        for share in ("0 %", "100 %")
    )
    fee = {one.id: one for one in model_of(begun()).option("offer").lines}["offer.fee"]
    assert fee.tax.rate == 0.21
    assert taxed.saving("offer")[0] < free.saving("offer")[0]
    assert taxed.options["stay"].present[0] == free.options["stay"].present[0]


def test_savings_start_when_people_leave() -> None:
    case = model_of(begun(leavers={"move": 0, "leave": 26}))
    cash = expected(case).options["offer"].cash
    assert cash[1] > expected(case).options["stay"].cash[1]  # the team and the fee, side by side
    assert cash[5] > cash[12]  # people are still paid


def test_from_abroad_there_are_journeys_and_hours_that_do_not_meet() -> None:
    near, far = (begun(place=spot) for spot in ("nearshore", "offshore"))
    assert {"travel", "time_zones"} <= set(far.options["offer"].lines)
    friction = [
        expected(model_of(one)).options["offer"].lines["offer.time_zones"].sum()
        for one in (near, far)
    ]
    assert friction[0] < friction[1]


@pytest.mark.parametrize(
    ("offer", "a_month"),
    [
        ({"price": "92000"}, 92_000),
        ({"price": "25", "by": "hour", "units": "3600"}, 90_000),
        ({"price": "27", "by": "unit", "units": "3300"}, 89_100),
        (
            {
                "price": "27",
                "by": "tiers",
                "units": "3300",
                "tier": {"above": "3000", "price": "20"},
            },
            87_000,
        ),
        (
            {"price": "100000", "currency": "USD", "rate": "0.85", "rate_on": "2026-11-06"},
            85_000,
        ),
    ],
)
def test_an_offer_costs_what_it_says_in_the_first_month(
    offer: dict[str, Any], a_month: float
) -> None:
    fee = expected(model_of(begun(offer=offer))).options["offer"].lines["offer.fee"]
    assert fee[1] == pytest.approx(a_month * 1.21)


def test_by_the_hour_without_hours_they_follow_from_the_people() -> None:
    terms = begun(offer={"price": "30", "by": "hour"})
    assert {"efficiency", "hours_a_year"} <= set(terms.assumptions)


def test_an_offer_in_another_currency_needs_a_dated_rate() -> None:
    foreign = {"price": "100000", "currency": "USD"}
    sentence = refused(offer=foreign)
    assert "give what one USD is worth in EUR, and on which day" in sentence
    terms = begun(offer=foreign | {"rate": "0.85", "rate_on": "2026-11-06"})
    rate = terms.assumptions["exchange_rate"]
    assert (rate.kind, rate.on) == ("walk", date(2026, 11, 6))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"people": "-3"}, "an empty team has no case"),
        ({"leavers": {"move": 20, "leave": 20}}, "More people move or leave than the 30"),
        ({"term": {"from": "2026-01", "months": 3}}, "“3” is too little: 6 or more"),
        ({"offer": {"price": "0"}}, "An offer costs more than nothing"),
        ({"offer": {"price": "27", "by": "unit"}}, "how many units a month"),
        ({"offer": {"price": "27", "by": "tiers", "units": "3"}}, "Give a tier where"),
        ({"place": "moon"}, "“moon” is not known here"),
        ({"improve": {"less_work": "100 %"}}, "such as 10 %"),
    ],
)
def test_answers_that_cannot_be_are_refused_with_a_sentence(
    changed: dict[str, Any], sentence: str
) -> None:
    assert sentence.lower() in refused(**changed).lower()


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = EXAMPLE.read_text("utf-8").replace("people: 30", "people: many")
    wrong = wrong.replace("place: onshore", "place: moon")
    with pytest.raises(CaseRefusedError) as caught:
        read_answers(wrong)
    assert {one.place.column for one in caught.value.remarks} == {"people", "place"}
    assert all(one.place.row for one in caught.value.remarks)


# --- it does not always say outsource ---------------------------------------------------------

# A team of thirty, one offer that is plainly cheaper, and no plan of one's own.
OFFER_WINS = {
    "offer": {"provider": "Brightdesk", "price": "70000"},
    "improve": {"less_work": "0 %"},
}
# Six people who know it all, and a provider abroad that asks about what they cost.
STAY_WINS = {
    "people": "6",
    "offer": {"provider": "Meros", "price": "26000"},
    "leavers": {"leave": "5"},
    "place": "offshore",
    "own_knowledge": "much",
    "improve": {"less_work": "0 %"},
}
# An own plan that takes a fifth of the work away, and an offer at nearly what the team costs.
IMPROVE_WINS = {
    "offer": {"provider": "Osprey", "price": "104000"},
    "improve": {"less_work": "20 %", "cost": "250000"},
}
# Much that only own people know, nearly all of whom move, and two years to earn it back.
HYBRID_WINS = {
    "offer": {"provider": "Corvale", "price": "90000"},
    "own_knowledge": "much",
    "leavers": {"move": "24", "leave": "2"},
    "term": {"from": "2026-01", "months": 24},
    "improve": {"less_work": "0 %"},
}


@cache
def _look(name: str) -> FirstLook:
    changed = {
        "offer": OFFER_WINS,
        "stay": STAY_WINS,
        "improve": IMPROVE_WINS,
        "hybrid": HYBRID_WINS,
    }[name]
    return first_look(run(begun(**changed)))


@pytest.mark.parametrize("name", ["offer", "stay", "improve", "hybrid"])
def test_each_way_wins_where_the_answers_speak_for_it(name: str) -> None:
    assert _look(name).cheapest == name
    assert _look(name).surely > 0.6


def test_staying_is_said_in_so_many_words() -> None:
    look = _look("stay")
    assert look.headline == (
        "Stay as we are: on these answers no other way saves anything at the median."
    )
    assert "the money is not back within the term" in look.sentences[1]


def test_a_close_call_is_called_one() -> None:
    look = first_look(run(begun()))
    assert look.surely < 0.6
    assert "That is close" in look.sentences[0]


def test_a_saving_beyond_what_case_studies_report_is_doubted() -> None:
    look = first_look(run(begun(offer={"price": "30000"}, tax={"rate": "0 %"})))
    assert any("case studies report 15 to 30 %" in one for one in look.sentences)


@settings(max_examples=15)
@given(
    people=st.integers(1, 400),
    salary=st.integers(5_000, 200_000),
    price=st.integers(1_000, 2_000_000),
    months=st.integers(6, 120),
)
def test_any_answers_that_are_accepted_can_be_computed(
    people: int, salary: int, price: int, months: int
) -> None:
    terms = begun(
        people=people,
        salary=salary,
        offer={"price": price},
        leavers={"leave": people},
        term={"from": "2026-07", "months": months},
    )
    assert expected(model_of(terms)).saving("offer").shape == (1,)


@settings(max_examples=15)
@given(st.integers(40_000, 200_000), st.integers(1, 50_000))
def test_a_dearer_offer_never_saves_more(price: int, more: int) -> None:
    cheap, dear = (
        expected(model_of(begun(offer={"price": one}))).saving("offer")[0]
        for one in (price, price + more)
    )
    assert dear < cheap


@settings(max_examples=10)
@given(st.integers(2, 400))
def test_the_same_case_in_a_smaller_currency_is_so_many_times_the_same(scale: int) -> None:
    scaled = begun(
        salary=46_000 * scale,
        offer={"price": 92_000 * scale},
        improve={"less_work": "10 %", "cost": 120_000 * scale},
    )
    for name in ("improve", "offer"):
        one = expected(model_of(begun())).saving(name)[0]
        assert expected(model_of(scaled)).saving(name)[0] == pytest.approx(one * scale)


def test_the_same_answers_give_the_same_bytes() -> None:
    assert write_case(begun()) == write_case(begun())
    first, second = (run(begun()).options[0].value for _ in range(2))
    assert first == second
