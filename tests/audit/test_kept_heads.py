"""Heads in a file outside the database: what only they can tell."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from record_cast import ANNA, AT

from golden.golden_tables import rows
from retained.audit import chain, kept_heads, triggers
from retained.audit.holding import explain, explained_heads, hold
from retained.audit.kept_heads import KeptHead
from retained.audit.links import GENESIS, Head
from retained.audit.models import Entry, Seal, Verification
from retained.audit.verifications import check_and_keep, last_kept, verify_against
from retained.shared.errors import DomainError

Write = Callable[..., Entry]
DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "heads.jsonl"


def cut_after(number: int) -> None:
    """Take away every entry and seal after `number`, as somebody who owns the database can."""
    last = Seal.objects.get(pk=number)
    with triggers.lifted(connection):
        Entry.objects.filter(pk__gt=last.entry_id).delete()
        Seal.objects.filter(pk__gt=number).delete()


def keep_days(write: Write, path: Path, *, days: int) -> None:
    """Write an entry a day and keep the head of each evening: head 1, 2, 3 ..."""
    for day in range(days):
        write(key=str(day))
        check_and_keep(path, by=ANNA, at=AT + day * DAY)


def test_heads_come_back_in_their_order(path: Path) -> None:
    kept = [KeptHead(Head(number, f"{number:064x}"), AT + number * DAY) for number in range(4)]
    for one in kept:
        kept_heads.keep(path, one.head, at=one.at)
    assert kept_heads.kept_heads(path).heads == tuple(kept)
    assert path.read_text().splitlines()[1] == (
        f'{{"at":"2026-11-10T08:00:00Z","hash":"{1:064x}","number":1}}'
    )


def test_what_is_written_is_only_ever_added_to(path: Path) -> None:
    kept_heads.keep(path, Head(1, "a" * 64), at=AT)
    before = path.read_bytes()
    kept_heads.keep(path, Head(2, "b" * 64), at=AT)
    assert path.read_bytes().startswith(before)


@given(cut=st.integers(min_value=1, max_value=200), broken=st.binary(max_size=40))
def test_a_broken_line_is_named_and_the_heads_around_it_count(
    tmp_path_factory: pytest.TempPathFactory, cut: int, broken: bytes
) -> None:
    path = tmp_path_factory.mktemp("heads") / "heads.jsonl"
    kept_heads.keep(path, Head(1, "a" * 64), at=AT)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: min(cut, len(whole) - 2)])  # a power cut in the second line
    kept_heads.keep(path, Head(3, "c" * 64), at=AT)
    found = kept_heads.kept_heads(path)
    assert [kept.head.number for kept in found.heads] == [1, 3]
    assert found.unreadable == (2,)
    path.write_bytes(broken)
    assert kept_heads.kept_heads(path).heads == ()


def test_no_file_holds_no_heads(path: Path) -> None:
    assert kept_heads.kept_heads(path).heads == ()


def test_a_folder_that_is_not_there_is_never_made(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        kept_heads.keep(path.parent / "mount" / "heads.jsonl", Head(1, "a" * 64), at=AT)
    assert not (path.parent / "mount").exists()


def test_the_heads_of_the_worked_table_fit_or_fail() -> None:
    table = rows("record-chain/kept-heads.csv")
    kept = {
        KeptHead(
            Head(int(row["number"]), row["hash then"] * 32),
            datetime.fromisoformat(f"{row['kept on']}T03:20:00Z"),
        ): row["fits"]
        for row in table
    }
    now = {int(row["number"]): row["hash now"] * 32 for row in table if row["hash now"] != "none"}
    held = hold(list(kept), now, explained=())
    assert set(held.fitting) == {one for one, fits in kept.items() if fits == "yes"}
    assert held.sentence == (
        "2 kept heads do not fit, the first of number 1,300, kept on 9 November 2026, 03:20 UTC. "
        "After 10 November 2026, 03:20 UTC the record was cut or written anew; it is proven "
        "up to number 1,204."
    )


@given(
    numbers=st.lists(st.integers(0, 50), max_size=20),
    cut=st.integers(0, 50),
    anew=st.integers(0, 50),
)
def test_whatever_is_cut_and_written_anew_every_head_above_the_cut_fails(
    numbers: list[int], cut: int, anew: int
) -> None:
    kept = [KeptHead(Head(n, f"{n:064x}" if n else GENESIS), AT) for n in numbers]
    now = {n: f"{n:064x}" for n in range(1, cut + 1)}
    now |= {cut + n: f"{99:064x}" for n in range(1, anew + 1)}
    held = hold(kept, now, explained=())
    assert {one.head.number for one in held.failing} == {n for n in numbers if n > cut}
    assert held.compared == len(numbers)


@pytest.mark.django_db
def test_a_cut_tail_looks_whole_and_is_found_by_the_kept_heads(write: Write, path: Path) -> None:
    keep_days(write, path, days=5)
    cut_after(3)
    assert chain.verify().whole
    verdict, _ = verify_against(path)
    assert not verdict.whole
    assert [one.head.number for one in verdict.held.failing] == [4, 5]
    (fault,) = verdict.faults
    assert "2 kept heads do not fit, the first of number 4, kept on 12 Nov" in fault.sentence
    assert "After 13 November 2026, 08:00 UTC the record was cut" in fault.sentence
    assert "it is proven up to number 3" in fault.sentence


@pytest.mark.django_db
def test_a_head_that_was_kept_after_the_cut_proves_nothing_before_it(
    write: Write, path: Path
) -> None:
    keep_days(write, path, days=5)
    cut_after(3)
    path.write_text("".join(path.read_text().splitlines(keepends=True)[3:]))
    check_and_keep(path, by=ANNA, at=AT + 30 * DAY)
    verdict, _ = verify_against(path)
    assert verdict.held.sentence.endswith("it is proven up to number 0.")


@pytest.mark.django_db
def test_a_cut_record_that_was_written_on_is_found_too(write: Write, path: Path) -> None:
    keep_days(write, path, days=5)
    cut_after(3)
    keep_days(write, path, days=1)
    for number in range(6):
        write(key=f"later {number}")
    chain.seal(AT)
    assert chain.verify().whole
    verdict, _ = verify_against(path)
    assert verdict.held.first_failing == KeptHead(
        kept_heads.kept_heads(path).heads[3].head, AT + 3 * DAY
    )


@pytest.mark.django_db
def test_a_whole_record_says_how_many_heads_it_holds(write: Write, path: Path) -> None:
    keep_days(write, path, days=3)
    verdict, remark = verify_against(path, chain.head(AT))
    assert remark == ""
    assert verdict.sentence == (
        "The record is whole: 3 sealed entries, and it holds the head of number 3 and 3 kept heads."
    )


@pytest.mark.django_db
def test_a_check_notes_what_it_found_and_keeps_the_head(write: Write, path: Path) -> None:
    write()
    found = check_and_keep(path, by=ANNA, at=AT)
    assert (found.whole, found.number, found.kept_in) == (True, 1, str(path))
    assert found.asked_by_key == ANNA.actor_key
    assert kept_heads.kept_heads(path).heads == (KeptHead(chain.head(AT), AT),)
    assert check_and_keep(path, by=ANNA, at=AT + DAY).heads_compared == 1
    assert last_kept() == Verification.objects.latest("id")


@pytest.mark.django_db
def test_a_file_of_heads_that_was_cut_is_found(write: Write, path: Path) -> None:
    keep_days(write, path, days=3)
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
    verdict, _ = verify_against(path)
    assert not verdict.whole
    assert "lack the head of number 3 of 11 November 2026" in verdict.faults[0].sentence


@pytest.mark.django_db
def test_a_disk_that_is_not_there_is_a_remark_and_no_fault(write: Write, path: Path) -> None:
    away = path.parent / "mount" / "heads.jsonl"
    away.parent.mkdir()
    keep_days(write, away, days=2)
    away.unlink()
    away.parent.rmdir()
    found = check_and_keep(away, by=ANNA, at=AT + 2 * DAY)
    assert (found.whole, found.kept_in) == (True, "")
    assert "could not be kept" in found.remark
    assert "RETAINED_KEPT_HEADS" in found.remark
    kept = last_kept()
    assert kept is not None
    assert kept.at == AT + DAY


@pytest.mark.django_db
def test_a_broken_line_is_a_remark(write: Write, path: Path) -> None:
    keep_days(write, path, days=2)
    with path.open("ab") as file:
        file.write(b"half a li")
    found = check_and_keep(path, by=ANNA, at=AT + 2 * DAY)
    assert found.whole
    assert found.remark == "Not compared: line 3 of the kept heads is no head."


@pytest.mark.django_db
def test_explained_heads_are_no_fault_and_are_named_in_the_record(write: Write, path: Path) -> None:
    keep_days(write, path, days=5)
    cut_after(3)
    lost, _ = verify_against(path)
    entry = explain(lost.held.failing, reason="the backup of Tuesday", by=ANNA, at=AT)
    assert explained_heads() == {str(one.head) for one in lost.held.failing}
    assert entry.reason_hash
    chain.seal(AT)
    verdict, _ = verify_against(path)
    assert verdict.whole
    assert "2 lost heads are explained" in verdict.sentence
    cut_after(2)
    verdict, _ = verify_against(path)
    assert {one.head.number for one in verdict.held.failing} == {3, 4, 5}


@pytest.mark.django_db
def test_nothing_lost_and_no_reason_are_refused(write: Write, path: Path) -> None:
    keep_days(write, path, days=2)
    with pytest.raises(DomainError, match="nothing to explain"):
        explain((), reason="why", by=ANNA, at=AT)
    kept = kept_heads.kept_heads(path).heads
    with pytest.raises(DomainError, match="Say why"):
        explain(kept, reason=" ", by=ANNA, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_every_cut_at_random_is_found(write: Write, path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    keep_days(write, path, days=9)
    for _ in range(20):
        with transaction.atomic():
            cut = chance.randrange(1, 9)
            cut_after(cut)
            for number in range(chance.randrange(4)):
                write(key=f"anew {number}")
            chain.seal(AT + timedelta(days=30))
            verdict, _ = verify_against(path)
            first = verdict.held.first_failing
            assert first is not None
            assert first.head.number == cut + 1
            transaction.set_rollback(True)
