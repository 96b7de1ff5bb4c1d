"""The database's own refusal to change what a month close froze, or to remove a close.

State, answers and who confirmed it are written later; the document, its hash and the tickets are
not. On PostgreSQL emptying the whole table (TRUNCATE, and so a test's flush) is not refused: what
was closed is also in the hash-chained record, by the SHA-256 of each close.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

_FROZEN = (
    "agreement_id", "month", "number", "document", "sha256", "tickets_id", "checked_by_key",
    "checked_at",
)  # fmt: skip
_SQLITE = (
    f"""
    CREATE TRIGGER month_close_no_change BEFORE UPDATE OF {", ".join(_FROZEN)} ON month_close
    BEGIN SELECT RAISE(ABORT, 'a month close is superseded, never changed'); END
    """,
    """
    CREATE TRIGGER month_close_no_delete BEFORE DELETE ON month_close
    BEGIN SELECT RAISE(ABORT, 'a month close is superseded, never removed'); END
    """,
    # INSERT OR REPLACE deletes the older row without asking the delete trigger.
    """
    CREATE TRIGGER month_close_no_replace BEFORE INSERT ON month_close
    WHEN EXISTS (SELECT 1 FROM month_close WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: month_close.id'); END
    """,
)
_CHANGED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _FROZEN)
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION month_close_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a month close is superseded, never changed or removed';
    END $$
    """,
    f"""
    CREATE TRIGGER month_close_no_change BEFORE UPDATE ON month_close
    FOR EACH ROW WHEN ({_CHANGED}) EXECUTE FUNCTION month_close_refuse()
    """,
    """
    CREATE TRIGGER month_close_no_delete BEFORE DELETE ON month_close
    FOR EACH ROW EXECUTE FUNCTION month_close_refuse()
    """,
)
_NAMES = ("month_close_no_change", "month_close_no_delete", "month_close_no_replace")


def create(connection: BaseDatabaseWrapper) -> None:
    """Refuse changes to what was frozen, and removal."""
    statements = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the refusal away."""
    table = " ON month_close" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{table}")


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the refusal away for a while: for tests that empty tables or tamper with them."""
    drop(connection)
    try:
        yield
    finally:
        create(connection)
