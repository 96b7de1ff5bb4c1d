"""Forgetting people without breaking the chain."""

from collections.abc import Callable

import pytest
from django.db import transaction
from record_cast import ANNA, AT, BEN

from retained.audit import chain
from retained.audit.forgetting import Subject, forget
from retained.audit.models import ActorLabel, Entry, Text
from retained.audit.record import Personal, record

Write = Callable[..., Entry]

pytestmark = pytest.mark.django_db


def invite(reason: str = "") -> Entry:
    with transaction.atomic():
        return record(
            "invited",
            ("person", BEN.actor_key, ""),
            by=ANNA,
            at=AT,
            after={"email": Personal("ben@lindenhof.example")},
            reason=reason,
        )


def test_a_forgotten_person_leaves_no_words_and_the_chain_stays_whole(write: Write) -> None:
    write(reason="Ben was ill", by=BEN)
    invite()
    about_others = write(reason="agreed by mail")
    head = chain.head(AT)
    assert forget(Subject(BEN.actor_key), by=ANNA, at=AT) == 2
    left = list(Text.objects.exclude(text="").values_list("entry_id", "salt", "text"))
    assert [row[::2] for row in left] == [(about_others.pk, "agreed by mail")]
    assert ActorLabel.objects.get(pk=BEN.actor_key).label == ""
    assert chain.verify(head).whole
    assert chain.verify(chain.head(AT)).whole


def test_words_of_others_that_name_the_person_are_blanked_when_they_are_named(
    write: Write,
) -> None:
    naming = write(reason="Ben was ill")
    assert forget(Subject(BEN.actor_key), by=ANNA, at=AT, naming=[naming.pk]) == 1
    assert not Text.objects.filter(text__contains="Ben").exists()
    chain.head(AT)
    assert chain.verify().whole


def test_forgetting_is_itself_recorded(write: Write) -> None:
    entry = write(reason="Ben was ill", by=BEN)
    forget(Subject(BEN.actor_key), by=ANNA, at=AT, reason="asked by letter")
    act = Entry.objects.latest("id")
    assert (act.verb, act.object_key, act.actor_key) == ("forgot", BEN.actor_key, ANNA.actor_key)
    assert f'"entries":[{entry.pk}]' in act.after


def test_a_forgotten_name_does_not_come_back(write: Write) -> None:
    write(by=BEN)
    forget(Subject(BEN.actor_key), by=ANNA, at=AT)
    write(by=BEN)
    assert ActorLabel.objects.get(pk=BEN.actor_key).label == ""


def test_words_blanked_behind_the_record_are_found(write: Write) -> None:
    entry = write(reason="Ben was ill")
    chain.seal(AT)
    Text.objects.update(text="", salt="", blanked_at=AT)
    verdict = chain.verify()
    assert [fault.entry_id for fault in verdict.faults] == [entry.pk]
    assert "without a recorded act" in verdict.faults[0].sentence
