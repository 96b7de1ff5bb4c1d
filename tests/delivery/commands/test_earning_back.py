"""Earning back: what the close of a later month takes off the credits of closed ones."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from delivery.conftest import Story, import_text
from delivery.earned_back_story import (
    AUGUST,
    JULY,
    OCTOBER,
    SEPTEMBER,
    close_until,
    credit_of,
    desk_csv,
    make_earned_back_story,
)
from delivery.months_closed import checked, confirmed, lead_of
from delivery.story import MAPPING, STORY_ZONE
from directory.cast import Cast
from retained.audit.models import Entry
from retained.delivery.commands.closing import confirm_month
from retained.delivery.commands.credits import (
    claim_credit,
    give_back,
    receive_credit,
    waive_credit,
)
from retained.delivery.commands.measuring import look
from retained.delivery.models import CreditClaim, EarnedBack, MonthClose
from retained.delivery.queries.statements import content
from retained.directory.engine.roles import Role
from retained.shared import clock
from retained.shared.errors import DomainError, NotAllowedError
from retained.shared.money import Money


@pytest.fixture
def earning(cast: Cast) -> Story:
    return make_earned_back_story(cast)


def lines_of(close: MonthClose) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = json.loads(close.document)["earned_back"]["lines"]
    return lines


def waived(story: Story, credit: CreditClaim) -> CreditClaim:
    return waive_credit(
        credit, reason="Settled otherwise", by=lead_of(story), at=clock.now(),
        version=credit.version,
    )  # fmt: skip


def test_october_states_what_it_earned_back_of_july(earning: Story) -> None:
    close_until(earning, SEPTEMBER)
    close = confirmed(earning, OCTOBER)
    stated = content(close)
    assert stated.earned_back is not None
    (line,) = stated.earned_back.lines
    assert (line.of.month, line.of.statement, line.amount.minor) == (JULY, 1, 220_800)
    assert [(one.month, one.statement) for one in line.because_of] == [
        (AUGUST, 1), (SEPTEMBER, 1), (OCTOBER, None),
    ]  # fmt: skip
    assert line.of.sha256 == MonthClose.objects.get(month=str(JULY)).sha256
    assert (stated.owed.minor, stated.net.minor) == (331_200, 110_400)
    assert credit_of(OCTOBER).amount_minor == 110_400
    (row,) = EarnedBack.objects.all()
    assert (row.month, row.service_level, row.amount_minor) == ("2026-07", "urgent", 220_800)
    assert Entry.objects.filter(verb="earned back", object_key="AG-7/2026-07/urgent").exists()


def test_the_closed_month_stays_as_it_was(earning: Story) -> None:
    july = confirmed(earning, JULY)
    before = (july.document, july.sha256)
    receive_credit(
        credit_of(JULY), credit_note="CN-7", amount=Money.of_minor(220_800, "EUR"),
        by=earning.cast.people[Role.FINANCE], at=clock.now(), version=1,
    )  # fmt: skip
    for month in (AUGUST, SEPTEMBER, OCTOBER):
        confirmed(earning, month)
    july.refresh_from_db()
    assert (july.document, july.sha256) == before
    assert (credit_of(JULY).state, credit_of(JULY).amount_minor) == ("received", 220_800)


def test_a_month_is_not_closed_while_it_earns_back_by_open_ones(earning: Story) -> None:
    confirmed(earning, AUGUST)
    with pytest.raises(DomainError, match="close July 2026, September 2026 first"):
        checked(earning, OCTOBER)
    confirmed(earning, SEPTEMBER)
    confirmed(earning, JULY)
    assert len(lines_of(checked(earning, OCTOBER))) == 1


def test_a_statement_without_a_line_says_that_nothing_was_earned_back(earning: Story) -> None:
    part = json.loads(confirmed(earning, JULY).document)["earned_back"]
    assert part == {"lines": [], "together_minor": 0, "net_minor": 220_800}


def test_what_was_frozen_counts_whatever_late_evidence_says(earning: Story) -> None:
    close_until(earning, SEPTEMBER)
    late = desk_csv({9: (0, 5)}, {}).replace("INC-1", "INC-9")
    import_text(late, MAPPING, by=lead_of(earning), name="tickets-late.csv")
    earning.measure()
    measured = look(earning.agreement, at=clock.now()).measurement.earn_backs
    assert [one.standing for one in measured if one.month == JULY] == ["lost"]
    assert len(lines_of(checked(earning, OCTOBER))) == 1


def test_a_waived_credit_is_not_earned_back(earning: Story) -> None:
    close_until(earning, SEPTEMBER)
    waived(earning, credit_of(JULY))
    assert lines_of(confirmed(earning, OCTOBER)) == []
    assert credit_of(OCTOBER).amount_minor == 331_200


def test_a_credit_waived_between_check_and_confirmation_is_noticed(earning: Story) -> None:
    close_until(earning, SEPTEMBER)
    close = checked(earning, OCTOBER)
    waived(earning, credit_of(JULY))
    with pytest.raises(DomainError, match="credits changed since this month was checked"):
        confirm_month(close, by=lead_of(earning), at=clock.now(), version=close.version)


def test_a_credit_that_was_earned_back_is_not_waived_as_well(earning: Story) -> None:
    close_until(earning, OCTOBER)
    with pytest.raises(DomainError, match="The statement of October 2026 earned this credit back"):
        waived(earning, credit_of(JULY))
    assert credit_of(JULY).state == "due"


def test_no_credit_is_earned_back_by_two_statements(earning: Story) -> None:
    close_until(earning, SEPTEMBER)
    august = MonthClose.objects.get(month=str(AUGUST))
    known = {"agreement": earning.agreement, "month": "2026-07", "service_level": "urgent"}
    amount = {"amount_minor": 1, "currency": "EUR"}
    EarnedBack.objects.create(close=august, **known, **amount)
    with pytest.raises(DomainError, match="The statement of August 2026 earned back the credit"):
        checked(earning, OCTOBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        EarnedBack.objects.create(close=august, **known, **amount)


def test_a_correction_takes_the_place_of_what_its_statement_earned_back(earning: Story) -> None:
    close_until(earning, OCTOBER)
    late = desk_csv({}, {10: (0, 5)}).replace("INC-1", "INC-9")
    import_text(late, MAPPING, by=lead_of(earning), name="tickets-late.csv")
    earning.measure()
    newer = confirmed(earning, OCTOBER, reason="Late tickets")
    assert [(row.close.number, row.is_current) for row in EarnedBack.objects.order_by("pk")] == [
        (1, False), (newer.number, True),
    ]  # fmt: skip
    assert credit_of(OCTOBER).close == newer


def test_a_corrected_miss_takes_the_earn_back_with_it(earning: Story) -> None:
    close_until(earning, OCTOBER)
    late = desk_csv({9: (0, 5)}, {}).replace("INC-1", "INC-9")
    import_text(late, MAPPING, by=lead_of(earning), name="tickets-late.csv")
    earning.measure()
    confirmed(earning, SEPTEMBER, reason="Late tickets")
    newer = confirmed(earning, OCTOBER, reason="September was corrected")
    assert lines_of(newer) == []
    assert not EarnedBack.objects.filter(is_current=True).exists()
    assert credit_of(OCTOBER).amount_minor == 331_200


def test_more_earned_back_than_owed_is_given_to_the_provider(cast: Cast) -> None:
    text = desk_csv(other=dict.fromkeys((7, 8, 9, 10), (10, 10)))
    story = make_earned_back_story(cast, text=text)
    close_until(story, OCTOBER)
    credit, finance = credit_of(OCTOBER), cast.people[Role.FINANCE]
    assert (credit.amount_minor, credit.state) == (-220_800, "due")
    who = {"by": finance, "at": clock.now(), "version": 1}
    amount = Money.of_minor(220_800, "EUR")
    with pytest.raises(DomainError, match="owed to the provider"):
        claim_credit(credit, **who)
    with pytest.raises(DomainError, match="owed to the provider"):
        receive_credit(credit, credit_note="CN-9", amount=amount, **who)
    with pytest.raises(DomainError, match="number of the provider's invoice"):
        give_back(credit, invoice=" ", amount=amount, **who)
    with pytest.raises(DomainError, match="above nothing"):
        give_back(credit, invoice="R-9", amount=-amount, **who)
    with pytest.raises(NotAllowedError):
        give_back(credit, invoice="R-9", amount=amount, **(who | {"by": cast.account_manager}))
    given = give_back(credit, invoice="R-9", amount=amount, **who)
    assert (given.state, given.received_minor, given.credit_note) == ("given_back", -220_800, "R-9")
    with pytest.raises(DomainError, match="given back already"):
        give_back(credit, invoice="R-9", amount=amount, **(who | {"version": 2}))


def test_what_the_provider_owes_is_not_given_back(earning: Story) -> None:
    credit = credit_of_july(earning)
    with pytest.raises(DomainError, match="The provider owes this credit"):
        give_back(
            credit, invoice="R-9", amount=Money.of_minor(1, "EUR"),
            by=lead_of(earning), at=clock.now(), version=1,
        )  # fmt: skip


def credit_of_july(story: Story) -> CreditClaim:
    confirmed(story, JULY)
    return credit_of(JULY)


def test_the_database_knows_which_way_an_amount_goes(earning: Story) -> None:
    credit = credit_of_july(earning)
    for values in (
        {"amount_minor": 0},
        {"state": "given_back", "credit_note": "R-9"},
        {"state": "received", "credit_note": "CN", "amount_minor": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CreditClaim.objects.filter(pk=credit.pk).update(**values)


def test_a_net_of_nothing_makes_no_credit(cast: Cast) -> None:
    """October's P3 misses by half what July's P2 earned back, twice allocated."""
    terms = "{following_months: 3, at_most: 75 %}"
    text = desk_csv(other={7: (10, 10), 8: (10, 10), 9: (10, 10), 10: (17, 20)})
    story = make_earned_back_story(cast, earn_back=terms, text=text)
    close_until(story, OCTOBER)
    assert content(MonthClose.objects.get(month=str(OCTOBER))).net.minor == 0
    assert not CreditClaim.objects.filter(close__month=str(OCTOBER)).exists()


def test_the_contract_year_is_earned_back_in_its_last_month(cast: Cast) -> None:
    """The agreement's first year ends in December; the desk made good from August on."""
    urgent = {7: (18, 20)} | dict.fromkeys((8, 9, 10, 11, 12), (20, 20))
    other = dict.fromkeys(urgent, (10, 10))
    text = desk_csv(urgent, other)
    story = make_earned_back_story(cast, earn_back="{contract_year: true}", text=text)
    clock.tell_story_of(date(2027, 1, 11), STORY_ZONE)
    story.measure()
    close_until(story, OCTOBER.plus(2))
    december = MonthClose.objects.get(month="2026-12")
    (line,) = lines_of(december)
    assert (line["way"], line["attained"], line["amount_minor"]) == (
        "contract_year", "98.3333", 220_800,
    )  # fmt: skip
    assert [one["month"] for one in line["because_of"]] == [
        f"2026-{number:02d}" for number in (7, 8, 9, 10, 11, 12)
    ]
    assert lines_of(MonthClose.objects.get(month="2026-11")) == []
