"""The database's own refusal to change a version of an agreement: it can only be superseded.

Emptying the whole table (TRUNCATE, and Django's flush of a test database) is not refused here:
what was agreed is also in the hash-chained record, by the SHA-256 of each version.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE = """
    CREATE TRIGGER agreement_version_no_update BEFORE UPDATE ON agreement_version BEGIN
        SELECT RAISE(ABORT, 'agreement_version is superseded, never changed');
    END
"""
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION agreement_version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'agreement_version is superseded, never changed';
    END $$
    """,
    """
    CREATE TRIGGER agreement_version_no_update BEFORE UPDATE ON agreement_version
    FOR EACH ROW EXECUTE FUNCTION agreement_version_refuse()
    """,
)


def create(connection: BaseDatabaseWrapper) -> None:
    """Refuse every update of a version."""
    statements = _POSTGRESQL if connection.vendor == "postgresql" else (_SQLITE,)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the refusal away."""
    table = " ON agreement_version" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS agreement_version_no_update{table}")
