"""An archive becomes an installation in a real, empty PostgreSQL database, proved whole."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from directory.cast import make_cast
from evidence.importing import HEADER, MAPPING, ROWS, imported
from retained.audit import chain
from retained.audit.actors import SystemActor
from retained.files.storing import store_upload
from retained.project.backup import rows
from retained.project.backup.making import make
from retained.project.backup.restoring import DamagedError, restore
from retained.shared import clock

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="it needs a PostgreSQL server"),
]

FILL = """
import io
from django.core.management import call_command
call_command("migrate", verbosity=0)
from directory.cast import make_cast
from evidence.importing import HEADER, ROWS, imported
from retained.files.storing import store_upload
from retained.audit.actors import SystemActor
from retained.shared import clock
cast = make_cast()
imported(cast.service_manager, HEADER + ROWS)
store_upload(io.BytesIO(b"a,b"), name="x.csv", by=SystemActor("test"), at=clock.now())
"""
LOOK = """
from django.db import connection
from retained.audit import chain
from retained.directory.models import Person
from retained.evidence.queries import batches as queries
from retained.evidence.models import Source
with queries.evidence_of(Source.objects.get()) as evidence:
    found = evidence.connection.execute("SELECT count(*) FROM changes").fetchone()[0]
person = Person.objects.get(name="Finance")
print(connection.vendor, chain.head(), found, person.email, chain.verify().whole)
from retained.project.backup import rows
import io
print({m._meta.db_table: m._base_manager.count() for m in rows.tables()})
"""

COUNT = """
from retained.audit.models import Entry
print(Entry.objects.count())
"""


@pytest.fixture
def empty_database() -> Iterator[str]:
    """Return the address of an empty database that vanishes."""
    server = connection.settings_dict
    name = f"{server['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    login = quote(server["USER"]) + (f":{quote(server['PASSWORD'])}" if server["PASSWORD"] else "")
    port = f":{server['PORT']}" if server["PORT"] else ""
    yield f"postgres://{login}@{quote(server['HOST'], safe='')}{port}/{name}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Path]:
    """An archive of an installation on PostgreSQL, with people, evidence and an upload."""
    folder = tmp_path / "data"
    folder.mkdir()
    with override_settings(DATA_DIR=folder, DEMONSTRATION_MARK=folder / "demonstration"):
        cast = make_cast()
        imported(cast.service_manager, HEADER + ROWS, mapping=MAPPING)
        upload = io.BytesIO(b"a,b")
        store_upload(upload, name="x.csv", by=SystemActor("test"), at=clock.now())
        make(tmp_path / "kept.zip", by=SystemActor("test"), at=clock.now())
        yield tmp_path / "kept.zip"


@pytest.fixture
def sqlite_archive(tmp_path: Path) -> Path:
    """An archive of the same installation on SQLite."""
    call(tmp_path / "sqlite", "", FILL)
    path = tmp_path / "sqlite.zip"
    retained(tmp_path / "sqlite", "", "backup", "make", str(path))
    return path


def environment(folder: Path, address: str) -> dict[str, str]:
    tests = str(Path(__file__).resolve().parents[1])
    return os.environ | {
        "RETAINED_DATA_DIR": str(folder),
        "RETAINED_DATABASE_URL": address,
        "RETAINED_PLAIN_STATIC": "yes",
        "DJANGO_SETTINGS_MODULE": "retained.project.settings",
        "PYTHONPATH": tests,
    }


def call(folder: Path, address: str, code: str) -> list[str]:
    """Run code in an installation, in a process of its own."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
    ended = subprocess.run(
        command, env=environment(folder, address), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip().splitlines()


def retained(folder: Path, address: str, *arguments: str) -> str:
    """Call the command line in an installation."""
    command = [sys.executable, "-m", "retained.project.command_line", *arguments]
    ended = subprocess.run(
        command, env=environment(folder, address), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr + ended.stdout
    return ended.stdout


def counts() -> dict[str, int]:
    return {model._meta.db_table: model._base_manager.count() for model in rows.tables()}


def test_an_archive_of_postgresql_comes_back_into_postgresql_and_goes_on(
    archive: Path, empty_database: str
) -> None:
    head, kept = chain.head(), counts()
    proved = restore(archive, archive.with_name("restored"), database_url=empty_database)
    assert "The record is whole" in proved.findings[0]
    assert proved.findings[1:] == [
        "Each of 2 uploads is there, with its hash.",
        "Each of 1 batches of evidence has all its rows.",
    ]
    seen, counted = call(archive.with_name("restored"), empty_database, LOOK)
    assert seen == f"postgresql {head} 3 finance@lindenhof-bank.example True"
    assert counted == str(kept)
    second = str(archive.with_name("second.zip"))
    made = retained(archive.with_name("restored"), empty_database, "backup", "make", second)
    assert f"Head of the record: {head.number + 1}:" in made, "it numbers on after the last row"


def test_an_archive_of_sqlite_grows_into_postgresql(
    sqlite_archive: Path, empty_database: str
) -> None:
    folder = sqlite_archive.with_name("restored")
    proved = restore(sqlite_archive, folder, database_url=empty_database)
    assert "holds the head of number" in proved.findings[0]
    assert not list(folder.glob("retained.sqlite3*"))
    assert not (folder / "rows").exists()
    before, counted_before = call(sqlite_archive.with_name("sqlite"), "", LOOK)
    after, counted_after = call(folder, empty_database, LOOK)
    assert after == before.replace("sqlite", "postgresql")
    assert counted_after == counted_before
    assert "is kept in" in retained(folder, empty_database, "record", "keep")


def test_a_database_that_holds_something_is_refused_and_kept(
    archive: Path, empty_database: str
) -> None:
    restore(archive, archive.with_name("first"), database_url=empty_database)
    before = call(archive.with_name("first"), empty_database, LOOK)
    with pytest.raises(DamagedError, match="not empty"):
        restore(archive, archive.with_name("second"), database_url=empty_database)
    assert not archive.with_name("second").exists()
    assert call(archive.with_name("first"), empty_database, LOOK) == before


def test_what_is_not_proved_is_never_loaded(archive: Path, empty_database: str) -> None:
    evidence = next(Path(settings.EVIDENCE_ROOT).glob("*/rows.parquet"))
    evidence.write_bytes(evidence.read_bytes()[:100])
    broken = archive.with_name("broken.zip")
    make(broken, by=SystemActor("test"), at=clock.now())
    with pytest.raises(DamagedError, match="are missing or were changed"):
        restore(broken, archive.with_name("restored"), database_url=empty_database)
    assert not archive.with_name("restored").exists()
    assert call(archive.with_name("nothing"), empty_database, COUNT) == ["0"]
