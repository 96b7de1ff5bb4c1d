"""Ten thousand random tamperings, by somebody who owns the database and dropped the triggers."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from record_cast import ANNA, AT, BEN

from retained.audit import chain, triggers
from retained.audit.chain import Head
from retained.audit.links import GENESIS, Link
from retained.audit.models import Entry, Seal, Text
from retained.audit.record import Personal, record

ENTRIES = 9
# The logic of verification is the same on both databases; SQLite tries it faster.
TAMPERINGS_PER_SEED = {"sqlite": 1000, "postgresql": 100}

Chance = random.Random
Tampering = Callable[[Chance], None]
TAMPERINGS: list[Tampering] = []
NEED_A_HEAD: list[Tampering] = []


def tampering(act: Tampering) -> Tampering:
    """Register an act that verification finds by itself."""
    TAMPERINGS.append(act)
    return act


def forgery(act: Tampering) -> Tampering:
    """Register an act that leaves a sound chain: only a head held elsewhere tells."""
    NEED_A_HEAD.append(act)
    return act


def entry_ids() -> list[int]:
    return list(Entry.objects.order_by("id").values_list("id", flat=True))


def some_entry(chance: Chance) -> Entry:
    return Entry.objects.get(pk=chance.choice(entry_ids()))


def some_seal(chance: Chance) -> Seal:
    return Seal.objects.get(pk=chance.randint(1, ENTRIES))


def edited(entry: Entry, chance: Chance) -> dict[str, object]:
    """Return one column of `entry` with another value."""
    column = chance.choice(COLUMNS[1:])
    if column == "at":
        return {column: entry.at + timedelta(microseconds=chance.choice([-1, 1, 10**9]))}
    old = getattr(entry, column)
    longer = [] if len(old) >= 60 else [old + " ", old + "0", " " + old]  # columns have a length
    return {column: chance.choice([old[:-1] if old else "x", "forged", *longer])}


def reseal(first: int = 1) -> None:
    """Make all hashes from number `first` anew, as a forger with time would."""
    before = Seal.objects.filter(number=first - 1).first()
    previous = before.hash if before else GENESIS
    for seal in Seal.objects.filter(number__gte=first).order_by("number"):
        entry = Entry.objects.filter(pk=seal.entry_id).values_list(*COLUMNS).get()
        previous = Link(seal.number, seal.sealed_at, *entry).hash_after(previous)
        Seal.objects.filter(pk=seal.pk).update(hash=previous)


COLUMNS = (
    "id", "at", "actor_key", "verb", "object_kind", "object_key", "object_label",
    "before", "after", "reason_hash",
)  # fmt: skip


@tampering
def edit_an_entry(chance: Chance) -> None:
    entry = some_entry(chance)
    Entry.objects.filter(pk=entry.pk).update(**edited(entry, chance))


@tampering
def remove_an_entry(chance: Chance) -> None:
    Entry.objects.filter(pk=some_entry(chance).pk).delete()


@tampering
def insert_an_entry(chance: Chance) -> None:
    copy = some_entry(chance)
    copy.pk = chance.choice([0, -1, *(one + 1 for one in entry_ids()[:-1])])
    copy.save(force_insert=True)


@tampering
def swap_two_entries(chance: Chance) -> None:
    one, other = (Entry.objects.get(pk=pk) for pk in chance.sample(entry_ids(), 2))
    one.pk, other.pk = other.pk, one.pk
    one.save()
    other.save()


@tampering
def move_an_entry(chance: Chance) -> None:
    moved = some_entry(chance)
    to = chance.choice([one + 1 for one in entry_ids()])
    Entry.objects.filter(pk=moved.pk).update(id=to)


@tampering
def edit_a_seal(chance: Chance) -> None:
    seal = some_seal(chance)
    change = chance.choice(
        [
            {"hash": f"{chance.getrandbits(256):064x}"},
            {"sealed_at": seal.sealed_at + timedelta(seconds=1)},
            {"entry_id": seal.entry_id + 1},
            {"entry_id": seal.entry_id + 1_000_000},
            {"number": seal.number + 100},
            {"number": -seal.number},
        ]
    )
    Seal.objects.filter(pk=seal.pk).update(**change)


@tampering
def remove_a_seal_from_the_middle(chance: Chance) -> None:
    Seal.objects.filter(pk=chance.randint(1, ENTRIES - 1)).delete()


@tampering
def add_a_seal(chance: Chance) -> None:
    seal = some_seal(chance)
    seal.number = chance.choice([0, ENTRIES + 1, ENTRIES + 7])
    seal.entry_id, seal.hash = chance.choice([0, 999, 1001]), f"{chance.getrandbits(256):064x}"
    seal.save(force_insert=True)


@tampering
def swap_two_seals(chance: Chance) -> None:
    one, other = (Seal.objects.get(pk=pk) for pk in chance.sample(range(1, ENTRIES + 1), 2))
    Seal.objects.filter(pk__in=[one.pk, other.pk]).delete()
    one.number, other.number = other.number, one.number
    Seal.objects.bulk_create([one, other])


@tampering
def cut_the_beginning_of_both(chance: Chance) -> None:
    last = some_seal(chance)
    if last.number == ENTRIES:
        last = Seal.objects.get(pk=1)
    Entry.objects.filter(pk__lte=last.entry_id).delete()
    Seal.objects.filter(pk__lte=last.pk).delete()


@tampering
def edit_an_entry_and_its_own_seal(chance: Chance) -> None:
    seal = Seal.objects.get(pk=chance.randint(1, ENTRIES - 1))
    entry = Entry.objects.get(pk=seal.entry_id)
    Entry.objects.filter(pk=entry.pk).update(**edited(entry, chance))
    later = dict(Seal.objects.filter(pk__gt=seal.pk).values_list("pk", "hash"))
    reseal(seal.number)
    for number, old in later.items():
        Seal.objects.filter(pk=number).update(hash=old)


@tampering
def remove_entry_and_seal_and_close_the_gap(chance: Chance) -> None:
    seal = Seal.objects.get(pk=chance.randint(1, ENTRIES - 1))
    Entry.objects.filter(pk=seal.entry_id).delete()
    seal.delete()
    for number in range(seal.number or 0, ENTRIES + 1):
        Seal.objects.filter(pk=number + 1).update(number=F("number") - 1)


@tampering
def change_the_words_beside_the_chain(chance: Chance) -> None:
    texts = list(Text.objects.order_by("id"))
    text = chance.choice(texts)
    one = Text.objects.filter(pk=text.pk)
    match chance.randrange(6):
        case 0:
            one.update(text=text.text + "!")
        case 1:
            one.update(salt="00" * 16)
        case 2:
            one.delete()
        case 3:
            one.update(text="", salt="", blanked_at=AT)
        case 4:
            one.update(place="after.other")
        case _:
            entry_id = chance.choice(entry_ids())
            Text.objects.create(entry_id=entry_id, place="new", salt=text.salt, text=text.text)


@forgery
def rewrite_to_the_end(chance: Chance) -> None:
    seal = some_seal(chance)
    entry = Entry.objects.get(pk=seal.entry_id)
    change = {"verb": entry.verb + "!"} if chance.random() < 0.5 else {"object_key": "forged"}
    Entry.objects.filter(pk=entry.pk).update(**change)
    reseal(seal.number)


@forgery
def cut_the_end_of_both(chance: Chance) -> None:
    first = some_seal(chance)
    Text.objects.filter(entry_id__gte=first.entry_id).delete()
    Entry.objects.filter(pk__gte=first.entry_id).delete()
    Seal.objects.filter(pk__gte=first.pk).delete()


@forgery
def cut_the_last_seals(chance: Chance) -> None:
    Seal.objects.filter(pk__gte=some_seal(chance).pk).delete()


@forgery
def cut_the_last_seals_and_seal_anew(chance: Chance) -> None:
    cut_the_last_seals(chance)
    chain.seal(AT + timedelta(hours=chance.randint(1, 9)))


@forgery
def remove_an_entry_and_seal_anew(chance: Chance) -> None:
    seal = some_seal(chance)
    Text.objects.filter(entry_id=seal.entry_id).delete()
    Entry.objects.filter(pk=seal.entry_id).delete()
    Seal.objects.filter(pk__gte=seal.pk).delete()
    chain.seal(AT)


@pytest.fixture
def head(transactional_db: None) -> Head:
    """Write a record with gaps between its ids, and return its head."""
    with transaction.atomic():
        for number in range(ENTRIES):
            entry = record(
                "closed",
                ("month", str(number), f"Month {number}"),
                by=ANNA if number % 2 else BEN,
                at=AT,
                before={"state": "open"},
                after={"number": number, "by": Personal(f"person {number}")},
                reason=f"reason {number}",
            )
    shift = 10 * entry.pk
    with triggers.lifted(connection), transaction.atomic():
        for pk in reversed(entry_ids()):
            Entry.objects.filter(pk=pk).update(id=shift + 2 * pk)
            Text.objects.filter(entry_id=pk).update(entry_id=shift + 2 * pk)
    return chain.head(AT)


def found(act: Tampering, chance: Chance, head: Head | None) -> bool:
    """Return whether verification finds what `act` does; undo it."""
    with transaction.atomic():
        act(chance)
        whole = chain.verify(head).whole
        transaction.set_rollback(True)
    return not whole


@pytest.mark.parametrize("seed", range(10))
def test_every_tampering_is_found(head: Head, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice
    assert chain.verify(head).whole
    with triggers.lifted(connection):
        for number in range(TAMPERINGS_PER_SEED[connection.vendor]):
            act = chance.choice(TAMPERINGS + NEED_A_HEAD)
            assert found(act, chance, head), f"{act.__name__}, tampering {number} of seed {seed}"
    assert chain.verify(head).whole


@pytest.mark.parametrize("act", TAMPERINGS, ids=lambda act: act.__name__)
def test_most_tampering_is_found_without_a_head(head: Head, act: Tampering) -> None:
    chance = random.Random(7)  # noqa: S311 - a repeatable choice
    with triggers.lifted(connection):
        tried = [found(act, chance, None) for _ in range(20)]
    assert head.number == ENTRIES
    assert all(tried)


@pytest.mark.parametrize("act", NEED_A_HEAD, ids=lambda act: act.__name__)
def test_a_sound_forgery_needs_a_head_to_be_found(head: Head, act: Tampering) -> None:
    with triggers.lifted(connection):
        assert not found(act, random.Random(1), None)  # noqa: S311 - a repeatable choice
        assert found(act, random.Random(1), head)  # noqa: S311 - a repeatable choice
