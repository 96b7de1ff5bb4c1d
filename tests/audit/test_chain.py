"""Sealing and verifying, with the triggers in place and entries as commands write them."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from record_cast import ANNA, AT

from retained.audit import chain
from retained.audit.chain import Head
from retained.audit.links import GENESIS, Link, canonical_json, moment_text
from retained.audit.models import Entry, Seal
from retained.audit.record import record
from retained.shared.errors import DomainError

Write = Callable[..., Entry]

postgresql_only = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"
)


@pytest.mark.django_db
def test_a_link_is_the_hash_of_the_one_before_and_the_entry(write: Write) -> None:
    entry = write("closed", "7", before={"state": "open"}, after={"b": 2, "a": "é"})
    assert chain.head(AT).number == 1
    content = (
        '{"actor":"' + "a" * 32 + '","after":"{\\"a\\":\\"\\\\u00e9\\",\\"b\\":2}",'
        '"at":"2026-11-09T08:00:00Z","before":"{\\"state\\":\\"open\\"}",'
        f'"entry":{entry.pk},"key":"7","kind":"month","label":"Month 7","number":1,'
        '"reason":"","sealed":"2026-11-09T08:00:00Z","verb":"closed"}'
    )
    expected = hashlib.sha256(b"\x00" + bytes(32) + content.encode()).hexdigest()
    assert Seal.objects.get().hash == expected


@given(
    texts=st.lists(st.text(), min_size=8, max_size=8),
    numbers=st.tuples(st.integers(), st.integers()),
    moments=st.tuples(
        st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones())
    ),
)
def test_a_link_written_out_is_its_canonical_json(
    texts: list[str], numbers: tuple[int, int], moments: tuple[datetime, datetime]
) -> None:
    link = Link(numbers[0], moments[0], numbers[1], moments[1], *texts)
    actor, verb, kind, key, label, before, after, reason = texts
    assert link.canonical == canonical_json(
        {
            "actor": actor, "after": after, "at": moment_text(link.at), "before": before,
            "entry": link.entry_id, "key": key, "kind": kind, "label": label,
            "number": link.number, "reason": reason, "sealed": moment_text(link.sealed_at),
            "verb": verb,
        }
    )  # fmt: skip


@pytest.mark.django_db
def test_sealing_follows_the_ids_and_goes_on_where_it_ended(write: Write) -> None:
    assert [write().pk for _ in range(3)] == [e.pk for e in Entry.objects.order_by("id")]
    assert chain.seal(AT) == 3
    assert chain.seal(AT) == 0
    write()
    assert chain.seal(AT + timedelta(minutes=1)) == 1
    sealed = list(Seal.objects.order_by("number").values_list("number", "entry_id"))
    assert [number for number, _ in sealed] == [1, 2, 3, 4]
    assert [entry_id for _, entry_id in sealed] == sorted(entry_id for _, entry_id in sealed)
    verdict = chain.verify()
    assert (verdict.whole, verdict.sealed, verdict.unsealed) == (True, 4, 0)


@pytest.mark.django_db
def test_many_entries_are_sealed_in_parts(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "_BATCH", 2)
    monkeypatch.setattr("retained.audit.verifying._BATCH", 3)
    for number in range(7):
        write(key=str(number))
    assert chain.seal(AT) == 7
    assert chain.verify(chain.head(AT)).whole


@pytest.mark.django_db
def test_an_empty_record_is_whole() -> None:
    assert chain.head(AT) == Head(0, GENESIS)
    assert chain.verify(Head(0, GENESIS)).sentence == (
        "The record is whole: 0 sealed entries, and it holds the head of number 0."
    )


@pytest.mark.django_db
def test_entries_that_wait_for_their_seal_are_counted(write: Write) -> None:
    write()
    chain.seal(AT)
    write()
    write()
    verdict = chain.verify()
    assert (verdict.whole, verdict.sealed, verdict.unsealed) == (True, 1, 2)
    assert verdict.sentence.endswith("2 newer entries wait for their seal.")


@pytest.mark.django_db
def test_an_older_head_holds_as_the_record_grows(write: Write) -> None:
    write()
    head = chain.head(AT)
    write()
    later = chain.head(AT)
    assert later.number == head.number + 1
    assert chain.verify(head).whole
    assert chain.verify(later).whole


@pytest.mark.django_db
def test_a_head_of_another_record_does_not_hold(write: Write) -> None:
    write()
    head = chain.head(AT)
    assert not chain.verify(Head(1, "f" * 64)).whole
    missing = chain.verify(Head(head.number + 1, head.hash))
    assert [fault.kind for fault in missing.faults] == [chain.FaultKind.CUT]


def test_a_head_is_read_back_from_paper() -> None:
    head = Head(1204, "9f" * 32)
    assert Head.parse(f" {head}\n") == head
    assert Head.parse(str(head).upper()) == head
    for wrong in ("", "1204", "1204:9f", f"x:{'9f' * 32}", f"1:{'zz' * 32}", f"-1:{'9f' * 32}"):
        with pytest.raises(DomainError, match="Copy it whole"):
            Head.parse(wrong)


@pytest.mark.django_db
def test_the_database_refuses_a_fork(write: Write) -> None:
    write()
    write()
    chain.seal(AT)
    first, second = Seal.objects.order_by("number")
    for number, entry_id in ((first.number, 99), (3, second.entry_id)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Seal.objects.create(number=number, entry_id=entry_id, sealed_at=AT, hash="0" * 64)


@pytest.mark.django_db
def test_microseconds_and_zones_of_a_moment_do_not_change_its_hash(write: Write) -> None:
    write(at=datetime(2026, 11, 9, 8, 0, 0, 123456, tzinfo=UTC))
    chain.seal(datetime(2026, 11, 9, 8, 0, 1, 7, tzinfo=UTC))
    assert chain.verify().whole


def in_thread(work: Callable[[], None]) -> threading.Thread:
    """Run `work` on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain(write: Write) -> None:
    for number in range(200):
        write(key=str(number))
    together = threading.Barrier(3)

    def seal() -> None:
        together.wait()
        chain.seal(AT)

    threads = [in_thread(seal) for _ in range(3)]
    for thread in threads:
        thread.join()
    verdict = chain.verify()
    assert (verdict.whole, verdict.sealed, verdict.unsealed) == (True, 200, 0)


class OpenTransaction:
    """A transaction that has written one entry and waits to be told how to end."""

    def __init__(self, *, keep: bool) -> None:
        self._written, self._end = threading.Event(), threading.Event()
        self._keep = keep
        self._thread = in_thread(self._work)
        self._written.wait(30)

    def _work(self) -> None:
        with transaction.atomic():
            record("waited", ("month", "open", ""), by=ANNA, at=AT)
            self._written.set()
            self._end.wait(30)
            transaction.set_rollback(not self._keep)

    def end(self) -> None:
        self._end.set()
        self._thread.join()


@postgresql_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keep", [True, False])
def test_an_entry_is_not_sealed_before_an_older_one_that_may_still_come(
    write: Write, keep: bool
) -> None:
    before = write()
    waiting = OpenTransaction(keep=keep)
    after = write()
    assert after.pk == before.pk + 2
    assert chain.seal(AT) == 1, "only what stands before the open transaction is final"
    assert chain.verify().unsealed == 1
    waiting.end()
    assert chain.seal(AT) == (2 if keep else 1)
    verdict = chain.verify(chain.head(AT))
    assert (verdict.whole, verdict.unsealed) == (True, 0)


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_a_gap_of_a_rolled_back_entry_holds_up_nobody(write: Write) -> None:
    write()
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    write()
    assert chain.seal(AT) == 2
    assert chain.verify().whole


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_a_transaction_announces_itself_again_after_a_rolled_back_savepoint(write: Write) -> None:
    write()
    with transaction.atomic():
        with transaction.atomic():
            write()
            transaction.set_rollback(True)
        mine = write()
        others: list[int] = []
        thread = in_thread(lambda: others.append(chain.seal(AT)))
        thread.join()
    assert others == [1], "the entry of the open transaction was not final"
    assert chain.seal(AT) == 1
    assert Seal.objects.filter(entry_id=mine.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_command_can_print_the_head_that_covers_its_own_entry(write: Write) -> None:
    with transaction.atomic():
        entry = write()
        head = chain.head(AT)
    assert Seal.objects.get(number=head.number).entry_id == entry.pk
    assert chain.verify(head).whole


@pytest.mark.django_db(transaction=True)
def test_the_seal_of_an_undone_command_is_undone_with_it(write: Write) -> None:
    with transaction.atomic():
        write()
        chain.head(AT)
        transaction.set_rollback(True)
    assert chain.head(AT) == Head(0, GENESIS)
