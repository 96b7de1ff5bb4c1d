"""Unusable rows are told by ticket and month, as far as they still name them."""

from retained.directory.models import Person
from retained.evidence.commands.batches import withdraw_batch
from retained.evidence.engine.unusable import UnusableRows
from retained.evidence.models import Source
from retained.evidence.queries.unusable import unusable_rows
from retained.shared.months import Month

from .importing import AT, HEADER, ROWS, imported

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
ODD = (
    "INC-3;2026-10-24 10:00;Parked;1\n"  # a ticket and a moment
    "INC-3;2026-10-24 11:00;Parked;1\n"
    "INC-4;2026-10-31 23:30;Parked;1\n"  # on the wall of Amsterdam still October
    "INC-4;yesterday;New;1\n"  # a ticket
    ";2026-11-02 10:00;New;1\n"  # a moment
    "INC-5;2026-11-02 10:00\n"  # neither: the row has not the header's cells
)


def test_unusable_rows_are_counted_by_ticket_and_month(manager: Person) -> None:
    run = imported(manager, HEADER + ROWS + ODD)
    found = unusable_rows(Source.objects.get())
    assert run.batch is not None
    assert found.rows == run.batch.rows_unusable == 6
    assert found.by_month == {OCTOBER: 3, NOVEMBER: 1, None: 2}
    assert found.tickets() == {"INC-3", "INC-4"}
    assert found.tickets(OCTOBER) == {"INC-3", "INC-4"}
    assert found.tickets(NOVEMBER) == frozenset()
    assert UnusableRows("INC-3", OCTOBER, 2) in found.found


def test_a_withdrawn_batch_has_no_unusable_rows(manager: Person) -> None:
    run = imported(manager, HEADER + ROWS + ODD)
    assert run.batch is not None
    withdraw_batch(run.batch, reason="Test data", by=manager, at=AT)
    assert unusable_rows(Source.objects.get()).found == ()
