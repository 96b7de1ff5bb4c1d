"""The database's own refusal: triggers under which entries and seals can only be added.

They stop mistakes and everybody who has no right to change the tables themselves. Whoever owns
the database can drop them; that is what the chain and its printed head are for.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

_KEYS = {"record_entry": ("id",), "record_seal": ("number", "entry_id", "hash")}

_SQLITE_REFUSAL = """
    CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} BEGIN
        SELECT RAISE(ABORT, '{table} is append-only: {act} is refused');
    END
"""
# INSERT OR REPLACE deletes the older row without asking the delete trigger.
_SQLITE_NO_REPLACE = """
    CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN
        SELECT RAISE(ABORT, 'UNIQUE constraint failed: {table} is append-only');
    END
"""
_POSTGRESQL_FUNCTION = """
    CREATE OR REPLACE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
    END $$
"""
# ALWAYS: a session that plays a replica would otherwise pass by the triggers.
_POSTGRESQL_TABLE = (
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION record_refuse()",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION record_refuse()",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
)


def create(connection: BaseDatabaseWrapper) -> None:
    """Make both tables append-only."""
    postgresql = connection.vendor == "postgresql"
    statements = _postgresql_statements() if postgresql else _sqlite_statements()
    _execute(connection, statements)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the refusal away."""
    if connection.vendor == "postgresql":
        names: tuple[str, ...] = ("no_change", "no_truncate")
        suffix = " ON {table}"
    else:
        names, suffix = ("no_update", "no_delete", "no_replace"), ""
    _execute(
        connection,
        (
            f"DROP TRIGGER IF EXISTS {table}_{name}{suffix.format(table=table)}"
            for table in _KEYS
            for name in names
        ),
    )


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the refusal away for a while: for tests that empty tables or tamper with them."""
    drop(connection)
    try:
        yield
    finally:
        create(connection)


def _sqlite_statements() -> Iterator[str]:
    for table, keys in _KEYS.items():
        yield _SQLITE_REFUSAL.format(table=table, act="update")
        yield _SQLITE_REFUSAL.format(table=table, act="delete")
        same = " OR ".join(f"{key} = NEW.{key}" for key in keys)
        yield _SQLITE_NO_REPLACE.format(table=table, same=same)


def _postgresql_statements() -> Iterator[str]:
    yield _POSTGRESQL_FUNCTION
    for table in _KEYS:
        for statement in _POSTGRESQL_TABLE:
            yield statement.format(table=table)


def _execute(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
