"""Templates of usual clauses."""

from dataclasses import replace

import pytest

from contracts.agreement_texts import BRIGHTDESK
from retained.contracts.engine.clauses import (
    CLAUSES,
    AgreementAnswers,
    Clause,
    EarnBackAnswers,
    LevelAnswers,
    agreement_from,
    with_level,
    without_level,
)
from retained.contracts.engine.reading import (
    AgreementRefusedError,
    read_agreement,
    write_agreement,
)
from retained.contracts.engine.sentences.levels import level_sentence
from retained.shared.errors import DomainError

TERMS = read_agreement(BRIGHTDESK)


def answers(clause: Clause) -> LevelAnswers:
    """Answer a clause with what its template begins with."""
    return LevelAnswers(
        clause=clause.key,
        title="",
        source="brightdesk",
        expected=clause.expected,
        minimum=clause.minimum,
        targets=clause.targets,
        percentile=clause.percentile,
        older_than=clause.older_than,
        calendar="office",
        pauses=("waiting_client",),
    )


NEW = AgreementAnswers(
    reference="AG-9",
    title="On-site support",
    client="Lindenhof Bank",
    provider="Brightdesk",
    currency="eur",
    time_zone="Europe/Amsterdam",
    first_day="2026-01-01",
    last_day="2028-12-31",
    renewal_months="12",
    notice_months="6",
    monthly_amount="20000",
    hours="monday-friday 08:00-12:00 and 13:00-17:00",
    holidays="NL",
    level=answers(CLAUSES["resolution"]),
)


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=str)
def test_every_clause_gives_a_service_level_as_its_template_stands(clause: Clause) -> None:
    after = with_level(TERMS, answers(clause))
    added = after.service_levels[-1]
    assert after.service_levels[:-1] == TERMS.service_levels
    assert (added.title, added.measure) == (clause.title, clause.measure)
    assert read_agreement(write_agreement(after)) == after
    assert level_sentence(added, after)


def test_a_clock_that_is_just_so_is_used_again() -> None:
    first = with_level(TERMS, answers(CLAUSES["resolution"]))
    second = with_level(first, replace(answers(CLAUSES["resolution"]), title="Other"))
    assert len(first.clocks) == len(second.clocks) == 2
    assert second.service_levels[-1].clock == first.service_levels[-1].clock


def test_a_service_level_of_a_taken_name_gets_an_id_of_its_own() -> None:
    named = replace(answers(CLAUSES["first_time"]), title="In time")
    ids = [level.id for level in with_level(TERMS, named).service_levels]
    assert ids == ["in-time", "in-time-2"]


def test_a_new_agreement_is_made_of_answers() -> None:
    terms = agreement_from(NEW)
    assert terms.renewal is not None
    assert (terms.currency, terms.renewal.notice_months) == ("EUR", 6)
    assert level_sentence(terms.service_levels[0], terms).endswith(
        "Mon-Fri 8-12 and 13-17 Amsterdam, less public holidays (NL); "
        "waiting for us does not count; month of resolution"
    )


def test_without_hours_a_new_agreement_runs_around_the_clock() -> None:
    level = replace(NEW.level, calendar="")
    terms = agreement_from(replace(NEW, hours="", holidays="", level=level))
    assert list(terms.calendars) == ["always"]


def test_a_new_agreement_says_how_credits_are_earned_back() -> None:
    answered = EarnBackAnswers("following_months", "3", "97 %", "50 %", ("critical",))
    terms = agreement_from(replace(NEW, at_risk="12 %", earn_back=answered))
    assert terms.credits is not None
    assert terms.as_document()["credits"]["earn_back"] == {
        "following_months": 3, "at_least": "97 %", "at_most": "50 %", "not_critical": True,
    }  # fmt: skip
    year = EarnBackAnswers("contract_year", not_of=("below_minimum",))
    terms = agreement_from(replace(NEW, at_risk="12 %", earn_back=year))
    assert terms.as_document()["credits"]["earn_back"] == {
        "contract_year": True, "not_below_minimum": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answered", "field"),
    [
        (EarnBackAnswers("following_months"), "credits.earn_back"),
        (EarnBackAnswers(at_most="50 %"), "credits.earn_back"),
        (EarnBackAnswers("following_months", "3", at_most="all"), "credits.earn_back.at_most"),
    ],
)
def test_half_an_earn_back_is_refused_beside_its_field(
    answered: EarnBackAnswers, field: str
) -> None:
    with pytest.raises(AgreementRefusedError) as refused:
        agreement_from(replace(NEW, at_risk="12 %", earn_back=answered))
    assert [remark.place.column for remark in refused.value.remarks] == [field]


def test_an_earn_back_without_an_amount_at_risk_is_refused() -> None:
    answered = EarnBackAnswers("contract_year")
    with pytest.raises(AgreementRefusedError, match="at_risk is missing"):
        agreement_from(replace(NEW, earn_back=answered))


def test_wrong_answers_are_all_named_at_once() -> None:
    wrong = replace(NEW, currency="EURO", time_zone="Europe/Amsterdm", reference="AG 9")
    with pytest.raises(AgreementRefusedError) as refused:
        agreement_from(wrong)
    fields = [remark.place.column for remark in refused.value.remarks]
    assert fields == ["reference", "currency", "time_zone"]


def test_a_service_level_can_be_taken_out_but_not_the_last() -> None:
    two = with_level(TERMS, answers(CLAUSES["first_time"]))
    assert [level.id for level in without_level(two, "in-time").service_levels] == [
        "resolved-the-first-time"
    ]
    with pytest.raises(AgreementRefusedError, match="No service level is promised"):
        without_level(TERMS, "in-time")
    with pytest.raises(DomainError, match="no service level “other”"):
        without_level(two, "other")
