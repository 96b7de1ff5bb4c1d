"""Reading what is new, and only that, gives the very tickets that reading everything gives."""

import random
from collections.abc import Iterator

import pytest

from directory.cast import Cast, make_cast
from evidence.importing import AT, HEADER, MAPPING, imported
from retained.delivery import sources, tickets_read
from retained.evidence.commands.batches import withdraw_batch
from retained.evidence.models import Batch, Source
from retained.evidence.queries import batches as queries

pytestmark = pytest.mark.django_db

JANUARY = HEADER + "INC-1;2026-01-05 09:00;New;2\nINC-3;2026-01-06 09:00;New;1\n"
FEBRUARY = HEADER + "INC-2;2026-02-05 09:00;New;2\nINC-2;2026-02-06 09:00;Resolved;2\n"
LATE = HEADER + "INC-1;2026-02-09 09:00;Resolved;2\n"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[int]]]:
    """Return the numbers of the batches that were read, reading by reading."""
    tickets_read._last_read.clear()
    found: list[list[int]] = []
    whole = queries.evidence_of_batches

    def noted(batches: list[Batch]) -> object:
        found.append([batch.number for batch in batches])
        return whole(batches)

    monkeypatch.setattr(queries, "evidence_of_batches", noted)
    yield found
    tickets_read._last_read.clear()


def seen() -> sources.SeenEvidence:
    return sources.seen_evidence([Source.objects.get()])


def seen_anew() -> sources.SeenEvidence:
    """Return what the source says, with nothing known from before."""
    known = dict(tickets_read._last_read)
    tickets_read._last_read.clear()
    found = seen()
    tickets_read._last_read.clear()
    tickets_read._last_read.update(known)
    return found


def test_a_file_of_other_tickets_is_read_alone(cast: Cast, read: list[list[int]]) -> None:
    imported(cast.service_manager, JANUARY)
    seen()
    imported(cast.service_manager, FEBRUARY, name="tickets-2.csv")
    found = seen()
    assert read == [[1], [2]]
    assert [ticket.number for ticket in found.tickets["brightdesk"]] == [
        "INC-1",
        "INC-2",
        "INC-3",
    ]
    assert found == seen_anew()


def test_what_was_read_is_not_read_again(cast: Cast, read: list[list[int]]) -> None:
    imported(cast.service_manager, JANUARY)
    assert seen() == seen()
    assert read == [[1]]


def test_a_file_about_known_tickets_is_read_with_all_others(
    cast: Cast, read: list[list[int]]
) -> None:
    imported(cast.service_manager, JANUARY)
    seen()
    imported(cast.service_manager, LATE, name="tickets-2.csv")
    found = seen()
    assert read == [[1], [2], [1, 2]]
    assert len(found.tickets["brightdesk"][0].changes) == 2
    assert found == seen_anew()


def test_a_withdrawn_file_is_forgotten(cast: Cast, read: list[list[int]]) -> None:
    imported(cast.service_manager, JANUARY)
    second = imported(cast.service_manager, FEBRUARY, name="tickets-2.csv").batch
    assert second is not None
    seen()
    withdraw_batch(second, reason="Sent twice", by=cast.service_manager, at=AT)
    assert [ticket.number for ticket in seen().tickets["brightdesk"]] == ["INC-1", "INC-3"]


def test_another_mapping_is_a_reason_to_read_everything(cast: Cast, read: list[list[int]]) -> None:
    imported(cast.service_manager, JANUARY)
    seen()
    other = MAPPING.replace("Resolved: resolved", "Resolved: closed")
    imported(cast.service_manager, FEBRUARY, name="tickets-2.csv", mapping=other)
    assert seen() == seen_anew()
    assert [1, 2] in read


def test_a_row_that_moves_to_another_ticket_leaves_the_first(
    cast: Cast, read: list[list[int]]
) -> None:
    numbered = MAPPING.replace("ticket: ticket,", "ticket: ticket, row_id: row,")
    header = HEADER.replace("ticket;", "ticket;row;")
    first = header + "INC-1;7;2026-01-05 09:00;New;2\nINC-3;8;2026-01-05 10:00;New;2\n"
    imported(cast.service_manager, first, mapping=numbered)
    seen()
    corrected = header + "INC-2;7;2026-01-05 09:00;New;2\n"
    imported(cast.service_manager, corrected, name="tickets-2.csv", mapping=numbered)
    found = seen()
    assert found == seen_anew()
    assert [ticket.number for ticket in found.tickets["brightdesk"]] == ["INC-2", "INC-3"]


@pytest.mark.parametrize("seed", range(4))
def test_any_row_of_files_gives_what_reading_them_at_once_gives(
    cast: Cast, read: list[list[int]], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    rows = [
        f"INC-{number};2026-01-{day:02d} {hour:02d}:00;{state};{priority}\n"
        for number in range(12)
        for day, hour, state, priority in [
            (1 + number, 9, "New", chance.choice("123")),
            (1 + number, 8 + chance.randrange(10), "Resolved", chance.choice("123")),
        ]
    ]
    for file in range(5):
        some = chance.sample(rows, chance.randrange(1, 6))
        imported(cast.service_manager, HEADER + "".join(some), name=f"tickets-{file}.csv")
        assert seen() == seen_anew()
