"""Reads of agreements, on a real database."""

from datetime import date, datetime

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from contracts.agreement_texts import BRIGHTDESK
from retained.contracts import access, commands, queries
from retained.contracts.engine.reading import read_agreement
from retained.contracts.models import Agreement
from retained.directory.models import Organisation, Person
from retained.shared.errors import DomainError
from retained.shared.money import Money

pytestmark = pytest.mark.django_db

STORY = date(2026, 11, 9)


def rows(person: Person, day: date = STORY) -> list[queries.AgreementRow]:
    return queries.agreement_rows(
        queries.agreements_by(access.agreements_to_read(person), day), day
    )


def test_a_list_says_term_notice_and_amount(
    agreement: Agreement, other_agreement: Agreement, lead: Person
) -> None:
    corvale, brightdesk = rows(lead)
    assert (corvale.provider, corvale.term.notice_on) == ("Corvale", date(2026, 12, 30))
    assert (brightdesk.term.ends_on, brightdesk.term.notice_on) == (date(2028, 12, 31), None)
    assert str(brightdesk.monthly) == str(Money.of_minor(9_200_000, "EUR"))
    assert (brightdesk.service_levels, brightdesk.version) == (1, 1)


def test_a_list_shows_the_version_of_the_day(
    agreement: Agreement, lead: Person, at: datetime
) -> None:
    terms = read_agreement(BRIGHTDESK.replace("2028-12-31", "2029-12-31"))
    commands.change_terms(
        agreement, terms, date(2027, 1, 1), note="Longer", by=lead, at=at, expected_version=1
    )
    assert [row.term.ends_on for row in rows(lead)] == [date(2028, 12, 31)]
    assert [row.term.ends_on for row in rows(lead, date(2027, 1, 1))] == [date(2029, 12, 31)]


def test_an_agreement_to_come_is_listed_by_its_first_version(
    agreement: Agreement, lead: Person
) -> None:
    assert [row.version for row in rows(lead, date(2020, 1, 1))] == [1]


def test_a_list_takes_two_queries_however_long_it_is(
    agreement: Agreement, brightdesk: Organisation, lead: Person, at: datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    rows(lead)  # reads the roles once
    for number in range(5):
        text = BRIGHTDESK.replace("AG-7", f"AG-1{number}")
        commands.register_agreement(read_agreement(text), by=lead, at=at)
    with django_assert_num_queries(2):
        assert len(rows(lead)) == 6


def test_a_notice_deadline_is_named_within_ninety_days(
    agreement: Agreement, other_agreement: Agreement, lead: Person
) -> None:
    readable = access.versions_to_read(lead)
    assert [row.reference for row in queries.notice_rows(readable, STORY)] == ["AG-2"]
    assert queries.notice_rows(readable, date(2026, 9, 1)) == []
    assert queries.notice_rows(readable, date(2026, 12, 31)) == []


def test_a_term_that_went_on_by_itself_has_a_new_notice_deadline(
    other_agreement: Agreement, lead: Person
) -> None:
    readable = access.versions_to_read(lead)
    [row] = queries.notice_rows(readable, date(2027, 11, 1))
    assert (row.term.ends_on, row.term.renewals) == (date(2028, 6, 30), 1)
    assert row.term.notice_on == date(2027, 12, 30)


def test_before_the_first_day_nothing_is_in_force(agreement: Agreement) -> None:
    with pytest.raises(DomainError, match="counts from 1 January 2026"):
        queries.terms_in_force(agreement, date(2025, 12, 31))


def test_words_are_looked_for_in_reference_title_and_provider(
    agreement: Agreement, other_agreement: Agreement, lead: Person
) -> None:
    readable = access.agreements_to_read(lead)
    found = queries.agreements_named(readable, ["bright", "desk"])
    assert [row.reference for row in found] == ["AG-7"]
    assert not queries.agreements_named(readable, ["bright", "networks"])
