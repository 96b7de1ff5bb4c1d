"""What every test has: folders of its own, real time, and a mark if it uses the database."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import override_settings

from retained.audit import triggers
from retained.delivery import frozen
from retained.shared import clock

# Machines are shared and slow at times: how long an example takes says nothing about it.
hypothesis.settings.register_profile("retained", deadline=None, print_blob=True)
hypothesis.settings.load_profile("retained")

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "client", "django_db_setup"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that use the database, so that PostgreSQL runs these alone."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & DATABASE_FIXTURES or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path) -> Iterator[None]:
    """Give each test empty folders for uploads and evidence, and no heads that others kept."""
    folders = {"MEDIA_ROOT": tmp_path / "files", "EVIDENCE_ROOT": tmp_path / "evidence"}
    with override_settings(**folders, KEPT_HEADS=tmp_path / "kept-heads.jsonl"):
        yield


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    """End a story that a test started: the one clock is shared by the process."""
    yield
    clock.end_story()


@pytest.fixture(autouse=True, scope="session")
def _flush_passes_append_only() -> Iterator[None]:
    """Let Django empty the database after a transactional test although the record refuses it."""
    # On the class: a thread that runs a browser's loop has a connection object of its own.
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def flush_with_triggers_lifted(self: BaseDatabaseOperations, statements: list[str]) -> None:
        with triggers.lifted(self.connection), frozen.lifted(self.connection):
            flush(self, statements)

    operations.execute_sql_flush = flush_with_triggers_lifted
    yield
    operations.execute_sql_flush = flush
