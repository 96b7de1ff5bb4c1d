"""Exclusions and credits: what each side may do, and what settles what."""

from decimal import Decimal

import pytest

from delivery.conftest import Story
from delivery.months_closed import OCTOBER, a_mail, account_manager_of, confirmed, lead_of
from retained.delivery.commands.credits import claim_credit, receive_credit, waive_credit
from retained.delivery.commands.exclusions import (
    answer_exclusion,
    ask_exclusion,
    record_exclusion_answer,
    withdraw_exclusion,
)
from retained.delivery.commands.measuring import look
from retained.delivery.models import CreditClaim, Exclusion, MeasuredMonth
from retained.delivery.queries.exclusions import shown_exclusion
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.jobs.worker import run_waiting
from retained.shared import clock
from retained.shared.errors import ChangedMeanwhileError, DomainError, NotAllowedError
from retained.shared.money import Money
from retained.shared.months import Month

SEPTEMBER = Month(2026, 9)


def _asked(story: Story, by: Person, ticket: str = "INC-13027") -> Exclusion:
    return ask_exclusion(
        story.agreement, ticket, service_level="urgent", month=OCTOBER, reason="Power failure",
        by=by, at=clock.now(),
    )  # fmt: skip


def _answered(exclusion: Exclusion, by: Person, *, agreed: bool, answer: str = "") -> Exclusion:
    return answer_exclusion(
        exclusion, agreed=agreed, answer=answer, by=by, at=clock.now(), version=exclusion.version
    )


def test_only_the_other_side_answers(story: Story) -> None:
    asked = _asked(story, account_manager_of(story))
    with pytest.raises(DomainError, match="the other side answers it"):
        _answered(asked, account_manager_of(story), agreed=True)
    assert _answered(asked, story.manager, agreed=True).state == "agreed"


def test_a_refusal_says_why_and_a_second_answer_is_refused(story: Story) -> None:
    asked = _asked(story, account_manager_of(story))
    with pytest.raises(DomainError, match="Say why you refuse"):
        _answered(asked, story.manager, agreed=False)
    _answered(asked, story.manager, agreed=False, answer="Nobody tried")
    with pytest.raises(DomainError, match="refused already"):
        _answered(asked, story.manager, agreed=True)


def test_a_ticket_that_the_evidence_does_not_hold_is_refused(story: Story) -> None:
    with pytest.raises(DomainError, match="no ticket INC-0000000 in our evidence"):
        _asked(story, story.manager, "INC-0000000")
    with pytest.raises(DomainError, match="in the client’s evidence"):
        _asked(story, account_manager_of(story), "INC-0000000")


def test_letter_case_of_a_ticket_does_not_matter(story: Story) -> None:
    assert _asked(story, story.manager, "inc-13028").ticket == "INC-13028"


def test_while_it_is_decided_both_figures_are_shown(story: Story) -> None:
    missed = next(
        one.ticket
        for one in look(story.agreement, at=clock.now()).measurement.results
        if one.month == OCTOBER and one.service_level == "urgent" and one.verdict == "missed"
    )
    asked = _asked(story, account_manager_of(story), missed)
    shown = shown_exclusion(asked, story.manager)
    assert shown.figure is not None
    assert shown.if_agreed is not None
    assert (shown.figure.counts, shown.if_agreed.counts) == ("213 of 240", "213 of 239")
    theirs = shown_exclusion(asked, account_manager_of(story))
    assert (theirs.figure, theirs.verdict) == (None, ""), "figures are the client's"
    assert theirs.level_title == "P1 and P2 in time"


def test_one_credit_note_settles_two_credits_only_when_it_is_said(story: Story) -> None:
    first, second = (
        CreditClaim.objects.get(close=confirmed(story, month)) for month in (SEPTEMBER, OCTOBER)
    )

    def received(credit: CreditClaim, note: str, *, covers_several: bool = False) -> CreditClaim:
        return receive_credit(
            credit,
            credit_note=note,
            amount=Money(Decimal(100), "EUR"),
            by=story.cast.people[Role.FINANCE],
            at=clock.now(),
            version=credit.version,
            covers_several=covers_several,
        )

    received(first, "CN-7")
    with pytest.raises(DomainError, match="already settles the credit of September 2026"):
        received(second, "cn-7")
    assert received(second, "CN-7", covers_several=True).state == "received"


def test_two_people_answering_at_once_are_told(story: Story) -> None:
    asked = _asked(story, account_manager_of(story))
    stale = Exclusion.objects.get(pk=asked.pk)
    _answered(asked, story.manager, agreed=True)
    with pytest.raises(ChangedMeanwhileError):
        _answered(stale, lead_of(story), agreed=False, answer="No")


def test_the_same_ticket_is_asked_for_once(story: Story) -> None:
    _asked(story, account_manager_of(story))
    with pytest.raises(DomainError, match="asked for or left out already"):
        _asked(story, story.manager)


def test_an_answer_by_mail_is_for_what_the_client_asked(story: Story) -> None:
    theirs, ours = (
        _asked(story, account_manager_of(story)),
        _asked(story, story.manager, "INC-13028"),
    )
    mail = a_mail(story)
    with pytest.raises(DomainError, match="answer it yourself"):
        record_exclusion_answer(
            theirs, agreed=True, answer="", mail=mail, by=story.manager, at=clock.now(),
            version=theirs.version,
        )  # fmt: skip
    record_exclusion_answer(
        ours, agreed=True, answer="", mail=mail, by=story.manager, at=clock.now(),
        version=ours.version,
    )  # fmt: skip
    assert (ours.state, ours.answered_side, ours.mail_id) == ("agreed", "provider", mail.pk)


def test_one_takes_back_only_what_ones_own_side_asked(story: Story) -> None:
    asked = _asked(story, account_manager_of(story))
    values = {"reason": "", "at": clock.now(), "version": asked.version}
    with pytest.raises(DomainError, match="agree or refuse instead"):
        withdraw_exclusion(asked, by=story.manager, **values)  # type: ignore[arg-type]
    withdraw_exclusion(asked, by=account_manager_of(story), **values)  # type: ignore[arg-type]
    assert asked.state == "withdrawn"


def test_an_agreed_exclusion_is_measured_and_both_figures_stay(story: Story) -> None:
    from retained.delivery.commands.measuring import look  # noqa: PLC0415 - read once here

    results = look(story.agreement, at=clock.now()).measurement.results
    missed = next(
        one.ticket
        for one in results
        if one.month == OCTOBER and one.service_level == "urgent" and one.verdict == "missed"
    )
    _answered(_asked(story, account_manager_of(story), missed), story.manager, agreed=True)
    run_waiting()
    row = MeasuredMonth.objects.get(service_level="urgent", month="2026-10")
    assert (row.met, row.missed, row.excluded) == (213, 26, 1)
    assert (row.attained, row.attained_with_excluded) == ("89.1213", "88.75")


@pytest.fixture
def credit(story: Story) -> CreditClaim:
    return CreditClaim.objects.get(close=confirmed(story))


def test_a_credit_note_settles_a_claimed_credit(story: Story, credit: CreditClaim) -> None:
    finance = story.cast.people[Role.FINANCE]
    claim_credit(credit, by=finance, at=clock.now(), version=credit.version)
    came = Money.of_minor(1_000_000, "EUR")
    receive_credit(
        credit, credit_note="CN-1", amount=came, by=finance, at=clock.now(),
        version=credit.version,
    )  # fmt: skip
    assert (credit.state, credit.received_minor, credit.amount_minor) == (
        "received", 1_000_000, 1_104_000,
    )  # fmt: skip
    with pytest.raises(DomainError, match="received already"):
        waive_credit(credit, reason="x", by=finance, at=clock.now(), version=credit.version)


@pytest.mark.parametrize(
    ("note", "amount", "message"),
    [
        (" ", Money.of_minor(1, "EUR"), "Give the number"),
        ("CN-1", Money.of_minor(0, "EUR"), "above nothing"),
        ("CN-1", Money.of_minor(1, "USD"), "in EUR"),
    ],
)
def test_a_credit_note_has_a_number_and_an_amount_in_the_currency(
    story: Story, credit: CreditClaim, note: str, amount: Money, message: str
) -> None:
    with pytest.raises(DomainError, match=message):
        receive_credit(
            credit, credit_note=note, amount=amount, by=lead_of(story), at=clock.now(),
            version=credit.version,
        )  # fmt: skip


def test_a_credit_is_waived_with_a_reason_and_by_few(story: Story, credit: CreditClaim) -> None:
    with pytest.raises(NotAllowedError):
        waive_credit(credit, reason="x", by=story.manager, at=clock.now(), version=credit.version)
    with pytest.raises(DomainError, match="Say why this credit is waived"):
        waive_credit(credit, reason="", by=lead_of(story), at=clock.now(), version=credit.version)
    waive_credit(
        credit, reason="Goodwill", by=lead_of(story), at=clock.now(), version=credit.version
    )
    assert credit.state == "waived"
