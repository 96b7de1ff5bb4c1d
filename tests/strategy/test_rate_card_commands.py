"""Rate cards are kept by commands: rights, what is never edited, and what the database keeps."""

import io

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from directory.cast import AT, Cast
from retained.directory.engine.roles import Role
from retained.files.models import StoredFile
from retained.files.storing import SentFile
from retained.shared.errors import DomainError, NotAllowedError
from retained.strategy.commands.rates import (
    CardRefusedError,
    TakenCard,
    take_in_file,
    withdraw_card,
)
from retained.strategy.engine.rate_card_mapping import read_rate_card_mapping
from retained.strategy.models import CardRate, RateCard
from retained.strategy.queries.rates import Wanted, assumption_from, card_rows

MAPPING = """
schema: retained/rate-card/1
source: {source}
on: 2026-03-01
unit: hour
columns: {{role: Role, amount: Rate, currency: Currency}}
"""
ROWS = "Role,Rate,Currency\nEngineer,90,EUR\nTester,60,USD\nTester,70,EUR\n"


def take(
    cast: Cast, rows: str = ROWS, *, source: str = "A card", by: Role = Role.FINANCE
) -> TakenCard:
    mapping = read_rate_card_mapping(MAPPING.format(source=source))
    sent = SentFile(io.BytesIO(rows.encode()), "card.csv")
    return take_in_file(sent, lambda *_: mapping, by=cast.people[by], at=AT)


def test_who_may_not_change_cases_takes_no_card_in(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        take(cast, by=Role.AUDITOR)
    card = take(cast).card
    with pytest.raises(NotAllowedError):
        withdraw_card(card, reason="Wrong", by=cast.people[Role.AUDITOR], at=AT)


def test_rates_are_never_edited(cast: Cast) -> None:
    take(cast)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        CardRate.objects.update(amount="1")


def test_one_version_of_a_card_is_in_force(cast: Cast) -> None:
    take(cast)
    second = take(cast, ROWS.replace("90", "95")).card
    assert (second.version, RateCard.objects.filter(superseded_at=None).count()) == (2, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        RateCard.objects.update(superseded_at=None)


def test_a_card_comes_back_after_it_was_withdrawn(cast: Cast) -> None:
    first = take(cast).card
    withdraw_card(first, reason="Of another year", by=cast.people[Role.FINANCE], at=AT)
    assert [row.state for row in card_rows([first])] == ["withdrawn"]
    again = take(cast)
    assert (again.is_new, again.card.version) == (True, 2)


def test_a_refused_card_leaves_nothing_behind(cast: Cast) -> None:
    with pytest.raises(CardRefusedError, match="row 5, column “Rate”"):
        take(cast, ROWS + "Tester,dear,EUR\n")
    assert not RateCard.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_name_without_letters_of_ours_and_the_word_new_have_a_reference(cast: Cast) -> None:
    assert take(cast, source="Тарифы").card.reference == "rate-card"
    assert take(cast, source="New").card.reference == "rate-card-new"


def test_rates_of_several_currencies_make_one_assumption_for_each(cast: Cast) -> None:
    card = take(cast).card
    assert card.currencies == "EUR, USD"
    with pytest.raises(DomainError, match="in EUR and USD"):
        assumption_from(card, Wanted())
    assert assumption_from(card, Wanted(role="engineer")).value == "90"
