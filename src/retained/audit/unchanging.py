"""Rows that are superseded and never changed: refused by the code, and by the database itself.

Emptying a whole table (TRUNCATE, and Django's flush of a test database) is not refused here: what
a row holds is also in the hash-chained record, by its SHA-256.
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE = """
    CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN
        SELECT RAISE(ABORT, '{table} is superseded, never changed');
    END
"""
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{table} is superseded, never changed';
    END $$
    """,
    """
    CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_refuse()
    """,
)


class ImmutableRowError(RuntimeError):
    """Code tried to change a row, which only another row may supersede."""


class Unchanging(models.Model):
    """A row that another one supersedes: it is inserted once, and stays."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row; refuse to change one."""
        if not self._state.adding:
            raise ImmutableRowError(self._sentence())
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: what counted stays."""
        raise ImmutableRowError(self._sentence())

    @classmethod
    def _sentence(cls) -> str:
        return f"A {cls._meta.verbose_name} is superseded, never changed."


def refuse_changes(connection: BaseDatabaseWrapper, table: str) -> None:
    """Let the database refuse every update of a table."""
    statements = _POSTGRESQL if connection.vendor == "postgresql" else (_SQLITE,)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(table=table))


def allow_changes(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the refusal away."""
    suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update{suffix}")
