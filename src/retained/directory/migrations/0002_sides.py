"""Triggers that keep what a CHECK cannot see: a role stands on the side of its person's organisation.

Django's CHECK constraints look at one row. These look one table further, on both databases.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_SIDE = """(SELECT CASE WHEN o.kind = 'client' THEN 'client' ELSE 'provider' END
    FROM person p JOIN organisation o ON o.id = p.organisation_id WHERE p.id = NEW.person_id)"""

_SQLITE = [
    f"""CREATE TRIGGER role_grant_side_{event} BEFORE {event.upper()} ON role_grant
    WHEN NEW.side <> {_SIDE}
    BEGIN SELECT RAISE(ABORT, 'role_grant_on_the_side_of_its_person'); END"""
    for event in ("insert", "update")
] + [
    """CREATE TRIGGER person_keeps_organisation BEFORE UPDATE OF organisation_id ON person
    WHEN NEW.organisation_id <> OLD.organisation_id
    BEGIN SELECT RAISE(ABORT, 'person_keeps_organisation'); END""",
    """CREATE TRIGGER organisation_keeps_side BEFORE UPDATE OF kind ON organisation
    WHEN (NEW.kind = 'client') <> (OLD.kind = 'client')
    BEGIN SELECT RAISE(ABORT, 'organisation_keeps_side'); END""",
]

_POSTGRESQL = [
    f"""CREATE FUNCTION role_grant_side() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.side <> {_SIDE} THEN
        RAISE EXCEPTION 'role_grant_on_the_side_of_its_person' USING ERRCODE = 'check_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER role_grant_side BEFORE INSERT OR UPDATE ON role_grant
    FOR EACH ROW EXECUTE FUNCTION role_grant_side()""",
    """CREATE FUNCTION person_keeps_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'person_keeps_organisation' USING ERRCODE = 'check_violation';
    END $$""",
    """CREATE TRIGGER person_keeps_organisation BEFORE UPDATE OF organisation_id ON person
    FOR EACH ROW WHEN (NEW.organisation_id <> OLD.organisation_id)
    EXECUTE FUNCTION person_keeps_organisation()""",
    """CREATE FUNCTION organisation_keeps_side() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'organisation_keeps_side' USING ERRCODE = 'check_violation';
    END $$""",
    """CREATE TRIGGER organisation_keeps_side BEFORE UPDATE OF kind ON organisation
    FOR EACH ROW WHEN ((NEW.kind = 'client') <> (OLD.kind = 'client'))
    EXECUTE FUNCTION organisation_keeps_side()""",
]

_UNDO_SQLITE = [
    "DROP TRIGGER role_grant_side_insert",
    "DROP TRIGGER role_grant_side_update",
    "DROP TRIGGER person_keeps_organisation",
    "DROP TRIGGER organisation_keeps_side",
]

_UNDO_POSTGRESQL = [
    "DROP TRIGGER role_grant_side ON role_grant",
    "DROP FUNCTION role_grant_side()",
    "DROP TRIGGER person_keeps_organisation ON person",
    "DROP FUNCTION person_keeps_organisation()",
    "DROP TRIGGER organisation_keeps_side ON organisation",
    "DROP FUNCTION organisation_keeps_side()",
]


def _run(schema_editor: BaseDatabaseSchemaEditor, sqlite: list[str], other: list[str]) -> None:
    """Run the statements of the database in use."""
    vendor = schema_editor.connection.vendor
    for statement in sqlite if vendor == "sqlite" else other:
        schema_editor.execute(statement)


def make(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    _run(schema_editor, _SQLITE, _POSTGRESQL)


def undo(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    _run(schema_editor, _UNDO_SQLITE, _UNDO_POSTGRESQL)


class Migration(migrations.Migration):
    """Adds the triggers."""

    dependencies = [("directory", "0001_initial")]

    operations = [migrations.RunPython(make, undo)]
