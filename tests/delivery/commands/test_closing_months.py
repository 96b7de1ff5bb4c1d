"""Closing a month: a second person, frozen for ever, corrected only by another statement."""

import json
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, transaction

from delivery.conftest import Story, import_text
from delivery.months_closed import (
    OCTOBER,
    a_mail,
    account_manager_of,
    agreed_to,
    checked,
    confirmed,
    lead_of,
    sent,
)
from delivery.story import HEADER, MAPPING
from retained.delivery import frozen
from retained.delivery.commands.answers import (
    Answer,
    Kind,
    answer_statement,
    apply_silence,
    record_answer,
)
from retained.delivery.commands.closing import (
    check_month,
    confirm_month,
    drop_check,
    send_statement,
)
from retained.delivery.commands.exclusions import ask_exclusion
from retained.delivery.models import CloseState, CreditClaim, CreditState, MonthClose
from retained.delivery.queries.closes import change_of
from retained.delivery.queries.statements import content
from retained.directory.engine.roles import Role
from retained.evidence.commands.reported import Figure, keep_reported_figures
from retained.shared import clock
from retained.shared.errors import ChangedMeanwhileError, DomainError, NotAllowedError
from retained.shared.money import Money
from retained.shared.months import Month


def _late_ticket(story: Story, name: str = "late.csv") -> None:
    """Bring in a ticket of October, missed, after everything else."""
    opened = ("INC-90001", "2026-10-05 08:00", "New", "2", "A. Okafor", "", "missed", "", "0")
    resolved = ("INC-90001", "2026-10-07 08:00", "Resolved", *opened[3:])
    text = "\n".join(",".join(row) for row in (HEADER, opened, resolved)) + "\n"
    import_text(text, MAPPING.replace('"tickets*.csv"', '"*.csv"'), by=story.manager, name=name)


def test_a_confirmed_month_says_what_the_story_says(story: Story) -> None:
    stated = content(confirmed(story))
    urgent = next(level for level in stated.levels if level.id == "urgent")
    assert (urgent.met, urgent.counted, urgent.verdict) == (213, 240, "below_minimum")
    assert (urgent.reported_met, urgent.reported_counted) == (229, 240)
    assert stated.before_cap == Money.of_minor(1_159_200, "EUR")
    assert stated.owed == stated.at_risk == Money.of_minor(1_104_000, "EUR")
    assert stated.lost_to_cap == Money.of_minor(55_200, "EUR")


def test_who_checked_a_month_does_not_confirm_it(story: Story) -> None:
    close = checked(story)
    with pytest.raises(DomainError, match="a second person confirms it"):
        confirm_month(close, by=story.manager, at=clock.now(), version=close.version)
    close.refresh_from_db()
    assert close.state == CloseState.CHECKED


def test_the_database_itself_refuses_the_same_person_twice(story: Story) -> None:
    close = checked(story)
    same = {"confirmed_by_key": close.checked_by_key, "confirmed_at": clock.now()}
    with pytest.raises(DatabaseError), transaction.atomic():
        MonthClose.objects.filter(pk=close.pk).update(**same)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.EXECUTIVE, Role.LEGAL, Role.ACCOUNT_MANAGER])
def test_others_neither_check_nor_confirm_nor_send(story: Story, role: Role) -> None:
    close, person = checked(story), story.cast.people[role]
    acts = (
        lambda: check_month(story.agreement, OCTOBER, reason="x", by=person, at=clock.now()),
        lambda: confirm_month(close, by=person, at=clock.now(), version=close.version),
        lambda: send_statement(close, by=person, at=clock.now(), version=close.version),
        lambda: drop_check(close, reason="", by=person, at=clock.now(), version=close.version),
    )
    for act in acts:
        with pytest.raises(NotAllowedError):
            act()


def test_a_month_without_the_providers_figure_needs_a_reason(story: Story) -> None:
    with pytest.raises(DomainError, match="The provider's figure is missing"):
        checked(story, reason=" ")
    figures = [
        Figure("P3 in time", OCTOBER, percent="92.0"),
        Figure("Resolved the first time", OCTOBER, percent="81.0"),
    ]
    keep_reported_figures(story.source, figures, by=story.manager, at=clock.now())
    assert checked(story, reason="").reason == ""


def test_above_two_percent_unusable_tickets_need_a_reason(story: Story) -> None:
    with (
        patch("retained.delivery.commands.closing.unusable_above_limit", return_value=["P1"]),
        pytest.raises(DomainError, match="More than 2 % of the rows or tickets could not be used"),
    ):
        checked(story, reason="")


def test_an_exclusion_without_an_answer_blocks_the_month(story: Story) -> None:
    ask_exclusion(
        story.agreement, "INC-13027", service_level="urgent", month=OCTOBER, reason="Away",
        by=account_manager_of(story), at=clock.now(),
    )  # fmt: skip
    with pytest.raises(DomainError, match="1 exclusion is not answered yet"):
        checked(story)


def test_a_running_month_and_one_without_evidence_are_not_closed(story: Story) -> None:
    with pytest.raises(DomainError, match="November 2026 is not over yet"):
        checked(story, Month(2026, 11))
    with pytest.raises(DomainError, match="no evidence for December 2025"):
        checked(story, Month(2025, 12))


def test_a_month_is_checked_once_until_it_is_dropped(story: Story) -> None:
    close = checked(story)
    with pytest.raises(DomainError, match="is checked already"):
        checked(story)
    drop_check(close, reason="Too early", by=story.manager, at=clock.now(), version=close.version)
    again = checked(story)
    assert (again.number, again.sha256) == (close.number + 1, close.sha256)


def test_a_second_click_and_a_stale_page_change_nothing(story: Story) -> None:
    close = checked(story)
    stale = MonthClose.objects.get(pk=close.pk)
    confirm_month(close, by=lead_of(story), at=clock.now(), version=close.version)
    with pytest.raises(DomainError, match="confirmed already"):
        confirm_month(close, by=lead_of(story), at=clock.now(), version=close.version)
    with pytest.raises(ChangedMeanwhileError):
        confirm_month(stale, by=lead_of(story), at=clock.now(), version=stale.version)
    assert CreditClaim.objects.count() == 1


def test_evidence_that_came_after_the_check_must_be_checked_anew(story: Story) -> None:
    close = checked(story)
    _late_ticket(story)
    with pytest.raises(DomainError, match="drop the check and check it anew"):
        confirm_month(close, by=lead_of(story), at=clock.now(), version=close.version)


def test_a_correction_takes_the_place_of_the_earlier_statement(story: Story) -> None:
    first = confirmed(story)
    with pytest.raises(DomainError, match="nothing to correct"):
        checked(story, reason="Again")
    _late_ticket(story)
    with pytest.raises(DomainError, match="say why it is corrected"):
        checked(story, reason="")
    second = checked(story, reason="A ticket came late")
    first.refresh_from_db()
    assert first.is_current, "a check alone supersedes nothing"
    confirm_month(second, by=lead_of(story), at=clock.now(), version=second.version)
    first.refresh_from_db()
    assert (first.is_current, second.is_current, second.supersedes_id) == (False, True, first.pk)
    change = change_of(second)
    assert change is not None
    urgent = next(level for level in change.levels if level.title == "P1 and P2 in time")
    assert urgent.before is not None
    assert urgent.after is not None
    assert (urgent.before.counts, urgent.after.counts) == ("213 of 240", "213 of 241")
    assert not change.difference, "the cap holds both"


def test_only_a_confirmed_month_is_sent_with_a_day_to_answer_by(story: Story) -> None:
    close = checked(story)
    with pytest.raises(DomainError, match="Only a confirmed month is sent"):
        send_statement(close, by=story.manager, at=clock.now(), version=close.version)
    confirm_month(close, by=lead_of(story), at=clock.now(), version=close.version)
    send_statement(close, by=story.manager, at=clock.now(), version=close.version)
    assert close.answer_due == (clock.now() + timedelta(days=10)).date()


def test_the_provider_disputes_with_a_sentence_only_and_the_latest_counts(story: Story) -> None:
    close, priya = sent(story), account_manager_of(story)
    with pytest.raises(DomainError, match="Say what you dispute"):
        answer_statement(
            close, Answer(Kind.DISPUTED), by=priya, at=clock.now(), version=close.version
        )
    close.refresh_from_db()
    dispute = Answer(Kind.DISPUTED, "16 tickets differ", Money.of_minor(10, "EUR"))
    answer_statement(close, dispute, by=priya, at=clock.now(), version=close.version)
    answer_statement(close, Answer(Kind.AGREED), by=priya, at=clock.now(), version=close.version)
    assert [one.kind for one in close.answers.all()] == ["agreed", "disputed"]


def test_no_more_is_disputed_than_is_owed(story: Story) -> None:
    close = sent(story)
    answer = Answer(Kind.DISPUTED, "All of it", Money(Decimal(11_041), "EUR"))
    with pytest.raises(DomainError, match="is owed: no more than that"):
        answer_statement(
            close, answer, by=account_manager_of(story), at=clock.now(), version=close.version
        )


def test_an_answer_by_mail_needs_the_mail(story: Story) -> None:
    close = sent(story)
    with pytest.raises(DomainError, match="Attach the mail"):
        record_answer(
            close, Answer(Kind.AGREED), by=story.manager, at=clock.now(), version=close.version
        )
    mail = a_mail(story)
    record_answer(
        close, Answer(Kind.AGREED, mail=mail), by=story.manager, at=clock.now(),
        version=close.version,
    )  # fmt: skip
    assert close.answers.get().by_side == "client"


def test_silence_means_what_the_agreement_says(story: Story) -> None:
    close = sent(story)
    later = clock.now() + timedelta(days=30)
    assert apply_silence(later) == 0, "by default the client decides"
    from retained.contracts import queries  # noqa: PLC0415 - patched below
    from retained.contracts.engine.agreement import Silence  # noqa: PLC0415 - the same

    real = queries.terms_in_force

    def agreeing(*args: object) -> object:
        terms = real(*args)  # type: ignore[arg-type]
        answer = terms.answer.model_copy(update={"silence": Silence.AGREED})
        return terms.model_copy(update={"answer": answer})

    with patch.object(queries, "terms_in_force", agreeing):
        assert apply_silence(clock.now()) == 0, "the day is not over"
        assert apply_silence(later) == 1
        assert apply_silence(later) == 0, "once is enough"
    assert close.answers.get().kind == "silent"


def test_a_credit_follows_its_statement_into_the_correction(story: Story) -> None:
    first = agreed_to(story)
    assert CreditClaim.objects.get(close=first).state == CreditState.DUE
    _late_ticket(story)
    second = checked(story, reason="A ticket came late")
    confirm_month(second, by=lead_of(story), at=clock.now(), version=second.version)
    counting = CreditClaim.objects.filter(close__is_current=True)
    assert [credit.close_id for credit in counting] == [second.pk]


def test_the_database_refuses_changes_to_what_was_frozen(story: Story) -> None:
    close = confirmed(story)
    mine = MonthClose.objects.filter(pk=close.pk)
    for values in ({"document": "{}"}, {"sha256": "0" * 64}, {"month": "2026-09"}, {"number": 9}):
        with pytest.raises(DatabaseError, match="superseded, never changed"), transaction.atomic():
            mine.update(**values)
    with (
        pytest.raises(DatabaseError, match="superseded, never"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM month_close WHERE id = %s", [close.pk])
    with frozen.lifted(connection):
        mine.update(reason="A test may lift it")
    assert json.loads(MonthClose.objects.get(pk=close.pk).document)["month"] == "2026-10"
