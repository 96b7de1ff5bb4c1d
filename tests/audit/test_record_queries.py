"""Reading the record."""

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from record_cast import ANNA, AT, BEN

from retained.audit import chain
from retained.audit.forgetting import Subject, forget
from retained.audit.models import Entry
from retained.audit.queries import (
    RecordFilter,
    chain_lines,
    entries,
    entry_rows,
    state,
    verbs_and_kinds,
)
from retained.audit.record import Personal

Write = Callable[..., Entry]

pytestmark = pytest.mark.django_db


def keys(**wanted: object) -> list[str]:
    found = entries(RecordFilter(**wanted))  # type: ignore[arg-type]
    return list(found.order_by("id").values_list("object_key", flat=True))


def test_the_record_is_filtered_by_person_verb_object_and_time(write: Write) -> None:
    write("closed", "1")
    write("closed", "2", by=BEN, at=AT + timedelta(hours=1))
    write("opened", "2", at=AT + timedelta(hours=2))
    assert keys() == ["1", "2", "2"]
    assert keys(who="okafor") == ["2"]
    assert keys(verb="closed", who="Anna") == ["1"]
    assert keys(kind="month", key="2") == ["2", "2"]
    assert keys(since=AT + timedelta(hours=1), until=AT + timedelta(hours=2)) == ["2"]
    assert keys(kind="agreement") == []


def test_a_row_shows_names_changes_and_reasons(write: Write) -> None:
    write(
        before={"state": "open", "floor": 90},
        after={"state": "closed", "email": Personal("ben@lindenhof.example")},
        reason="all answered",
    )
    chain.seal(AT)
    (row,) = entry_rows(entries(RecordFilter()))
    assert (row.person, row.label, row.reason, row.number) == (
        "Anna de Wit",
        "Month 1",
        "all answered",
        1,
    )
    assert [str(change) for change in row.changes] == [
        "floor: 90 → nothing",
        "state: open → closed",
        "email: ben@lindenhof.example",
    ]


def test_what_was_forgotten_is_shown_as_forgotten(write: Write) -> None:
    write(by=BEN, reason="Ben was ill")
    forget(Subject(BEN.actor_key), by=ANNA, at=AT)
    (row,) = entry_rows(entries(RecordFilter(verb="closed")))
    assert (row.person, row.reason, row.number) == ("(forgotten)", "(forgotten)", None)


def test_a_page_costs_three_queries_however_long(
    write: Write, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(30):
        write(key=str(number), reason="why")
    with django_assert_num_queries(3):
        assert len(entry_rows(list(entries(RecordFilter())))) == 30


def test_the_choices_of_the_filters_are_what_the_record_holds(write: Write) -> None:
    assert (verbs_and_kinds(), state()) == (([], []), None)
    for verb in ("sent", "closed", "sent", "opened"):
        write(verb)
    write("closed", by=BEN)
    assert verbs_and_kinds() == (["closed", "opened", "sent"], ["month"])


def test_the_state_names_the_head_and_what_waits(write: Write) -> None:
    write()
    head = chain.head(AT)
    write()
    found = state()
    assert found is not None
    assert (found.head, found.sealed_at, found.waiting) == (head, AT, 1)


# docs/methods/record-chain.md prints this program.
def recomputed(lines: list[str]) -> str:
    """Return the head of an exported chain, with nothing but the standard library."""
    names = {
        "actor": "actor_key", "after": "after", "at": "at", "before": "before",
        "entry": "entry_id", "key": "object_key", "kind": "object_kind",
        "label": "object_label", "number": "number", "reason": "reason_hash",
        "sealed": "sealed_at", "verb": "verb",
    }  # fmt: skip
    previous = "0" * 64
    for text in lines:
        line = json.loads(text)
        content = {short: line[name] for short, name in names.items()}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        link = b"\x00" + bytes.fromhex(previous) + canonical.encode()
        previous = hashlib.sha256(link).hexdigest()
        assert previous == line["hash"], f"number {line['number']} was changed"
    return previous


def test_anybody_can_recompute_the_exported_chain(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retained.audit.queries._LINES", 3)
    for number in range(8):
        write(key=str(number), after={"words": "größer", "n": number}, reason="why")
    head = chain.head(AT)
    lines = list(chain_lines())
    assert recomputed(lines) == head.hash
    assert "Anna" not in "".join(lines)
    forged = [lines[0], lines[1].replace("closed", "opened"), *lines[2:]]
    with pytest.raises(AssertionError, match="number 2 was changed"):
        recomputed(forged)
