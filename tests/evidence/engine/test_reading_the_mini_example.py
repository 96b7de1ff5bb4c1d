"""The worked example: three tickets in eight rows, read by its mapping as it stands."""

from datetime import UTC, datetime
from pathlib import Path

from retained.evidence.engine.mapping import Mapping, read_mapping
from retained.evidence.engine.reading import read_evidence

TICKETS = """\
ticket;at;state;priority
INC-1;2026-10-05 09:00;New;2
INC-1;2026-10-05 09:30;In progress;2
INC-1;2026-10-05 11:00;Waiting for customer;2
INC-1;2026-10-05 15:00;In progress;2
INC-1;2026-10-05 16:30;Resolved;2
INC-2;2026-10-23 17:30;New;1
INC-2;2026-10-26 08:30;Resolved;1
INC-3;2026-10-30 16:00;New;3
"""

MAPPING = """\
schema: retained/mapping/1
source: brightdesk
time_zone: Europe/Amsterdam
files:
  - pattern: "tickets*.csv"
    shape: state_changes        # state_changes | updates | stamps | clock_table | snapshots
    delimiter: ";"
    datetime: "%Y-%m-%d %H:%M"
    missing: ["", "?"]
    columns: {ticket: ticket, at: at, state: state, priority: priority}
states:
  New: new
  In progress: in_progress
  Waiting for customer: waiting_client
  Resolved: resolved
"""


def _second(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def test_the_mini_example_reads_as_it_was_worked_by_hand(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    mapping = read_mapping(MAPPING)
    assert isinstance(mapping, Mapping)

    with read_evidence([tmp_path / "tickets.csv"], mapping) as evidence:
        rows = evidence.connection.execute(
            'SELECT ticket, "at", sequence, state, priority, "row" FROM changes ORDER BY 1, 3'
        ).fetchall()

    assert rows == [
        ("INC-1", _second("2026-10-05T09:00+02:00"), 1, "new", "2", 2),
        ("INC-1", _second("2026-10-05T09:30+02:00"), 2, "in_progress", "2", 3),
        ("INC-1", _second("2026-10-05T11:00+02:00"), 3, "waiting_client", "2", 4),
        ("INC-1", _second("2026-10-05T15:00+02:00"), 4, "in_progress", "2", 5),
        ("INC-1", _second("2026-10-05T16:30+02:00"), 5, "resolved", "2", 6),
        ("INC-2", _second("2026-10-23T17:30+02:00"), 1, "new", "1", 7),
        ("INC-2", _second("2026-10-26T08:30+01:00"), 2, "resolved", "1", 8),
        ("INC-3", _second("2026-10-30T16:00+01:00"), 1, "new", "3", 9),
    ]
    assert (evidence.rows_read, evidence.rows_used, evidence.remarks) == (8, 8, [])
    assert evidence.latest == int(datetime(2026, 10, 30, 15, tzinfo=UTC).timestamp())
