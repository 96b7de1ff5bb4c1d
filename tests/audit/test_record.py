"""Writing entries."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from record_cast import ANNA, AT, BEN, Someone

from retained.audit.models import ActorLabel, Entry, Seal, Text
from retained.audit.record import Personal, SystemActor, record
from retained.shared.money import Money

Write = Callable[..., Entry]


@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_which_object_and_when(write: Write) -> None:
    entry = write("closed", "7", before={"state": "open"}, after={"state": "closed"})
    entry.refresh_from_db()
    assert (entry.actor_key, entry.verb, entry.at) == (ANNA.actor_key, "closed", AT)
    assert (entry.object_kind, entry.object_key, entry.object_label) == ("month", "7", "Month 7")
    assert json.loads(entry.before) == {"state": "open"}
    assert json.loads(entry.after) == {"state": "closed"}


@pytest.mark.django_db
def test_values_of_the_field_become_plain_text(write: Write) -> None:
    after = {
        "credit": Money(Decimal("11040.00"), "EUR"),
        "attained": Decimal("0.8880"),
        "due": date(2026, 12, 10),
        "sent": AT,
    }
    assert json.loads(write(after=after).after) == {
        "credit": "11040.00 EUR",
        "attained": "0.8880",
        "due": "2026-12-10",
        "sent": "2026-11-09T08:00:00Z",
    }


@pytest.mark.django_db
def test_a_value_that_the_record_does_not_know_is_refused(write: Write) -> None:
    with pytest.raises(TypeError, match="plain values"):
        write(after={"what": object()})
    with pytest.raises(ValueError, match="JSON"):
        write(after={"ratio": float("nan")})


@pytest.mark.django_db(transaction=True)
def test_an_entry_without_a_transaction_is_a_programmers_mistake() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record("closed", ("month", "1", ""), by=ANNA, at=AT)


@pytest.mark.django_db(transaction=True)
def test_an_entry_falls_with_the_change_that_it_tells_of(write: Write) -> None:
    with transaction.atomic():
        write(reason="never happened")
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert not Text.objects.exists()


@pytest.mark.django_db
def test_the_chain_holds_no_name_no_reason_and_no_personal_value(write: Write) -> None:
    entry = write(reason="Ben was ill", after={"email": Personal("ben@lindenhof.example")})
    with transaction.atomic():
        about = record("invited", _person(BEN), by=ANNA, at=AT)
    chained = "".join(str(value) for row in Entry.objects.values_list() for value in row)
    for personal in ("Ben", "ben@", "Anna", "ill"):
        assert personal not in chained
    assert about.object_key == BEN.actor_key
    assert ActorLabel.objects.get(pk=BEN.actor_key).label == "Ben Okafor"
    texts = dict(Text.objects.filter(entry_id=entry.pk).values_list("place", "text"))
    assert texts == {"reason": "Ben was ill", "after.email": "ben@lindenhof.example"}


def _person(someone: Someone) -> SimpleNamespace:
    return SimpleNamespace(_meta=SimpleNamespace(verbose_name="person"), **asdict(someone))


@pytest.mark.django_db
def test_the_same_reason_twice_gives_two_hashes(write: Write) -> None:
    assert write(reason="agreed").reason_hash != write(reason="agreed").reason_hash


@pytest.mark.django_db
def test_a_name_follows_the_person(write: Write) -> None:
    write()
    write(by=Someone(ANNA.actor_key, "Anna Bos"))
    assert ActorLabel.objects.get().label == "Anna Bos"


@pytest.mark.django_db
def test_the_product_acts_under_a_name_of_its_own(write: Write) -> None:
    assert write(by=SystemActor("schedule")).actor_key == "system:schedule"


@pytest.mark.django_db
def test_characters_that_a_database_cannot_keep_are_replaced(write: Write) -> None:
    entry = write(reason="a\x00b\ud800", after={"name": "a\x00b"})
    assert Text.objects.get().text == "a\N{REPLACEMENT CHARACTER}b?"
    assert json.loads(entry.after) == {"name": "a\x00b"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record_entry SET verb = 'opened'",
        "DELETE FROM record_entry",
        "UPDATE record_seal SET hash = 'x'",
        "DELETE FROM record_seal",
    ],
)
def test_the_database_refuses_to_change_the_record(write: Write, statement: str) -> None:
    entry = write()
    Seal.objects.create(number=1, entry_id=entry.pk, sealed_at=AT, hash="0" * 64)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.get().verb == "closed"
    assert Seal.objects.get().hash == "0" * 64


@pytest.mark.django_db
def test_the_database_refuses_to_empty_the_record_at_once(write: Write) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    write()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE record_entry")


@pytest.mark.django_db
def test_replacing_an_entry_by_inserting_it_anew_is_refused(write: Write) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite replaces on insert")
    entry = write()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT OR REPLACE INTO record_entry SELECT id, at, actor_key, 'opened', object_kind,"
            " object_key, object_label, before, after, reason_hash FROM record_entry"
        )
    entry.refresh_from_db()
    assert entry.verb == "closed"
