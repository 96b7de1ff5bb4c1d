"""Shared by the tests of imports: a file sent, mapped and read as a page does it."""

import io
from datetime import UTC, datetime

from retained.directory.models import Person
from retained.evidence.commands.importing import confirm_import, start_import
from retained.evidence.models import ImportRun
from retained.files.storing import store_upload
from retained.jobs.worker import run_waiting

AT = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
HEADER = "ticket;at;state;priority\n"
ROWS = (
    "INC-1;2026-10-05 09:00;New;2\n"
    "INC-1;2026-10-05 16:30;Resolved;2\n"
    "INC-2;2026-10-23 17:30;New;1\n"
)
MAPPING = """\
schema: retained/mapping/1
source: brightdesk
time_zone: Europe/Amsterdam
files:
  - pattern: "tickets*.csv"
    shape: state_changes
    delimiter: ";"
    datetime: "%Y-%m-%d %H:%M"
    columns: {ticket: ticket, at: at, state: state, priority: priority}
states: {New: new, Resolved: resolved}
"""


def sent(person: Person, text: str, *, name: str = "tickets.csv") -> ImportRun:
    """Return an import whose file is stored and waits for its mapping."""
    file = store_upload(io.BytesIO(text.encode()), name=name, by=person, at=AT)
    return start_import(file, by=person, at=AT)


def imported(
    person: Person, text: str, *, name: str = "tickets.csv", mapping: str = MAPPING
) -> ImportRun:
    """Return an import that was read to its end."""
    run = sent(person, text, name=name)
    columns = text.splitlines()[0].split(";")
    confirm_import(run, mapping, columns=columns, by=person, at=AT)
    run_waiting()
    run.refresh_from_db()
    return run
