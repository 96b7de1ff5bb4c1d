"""Let the database itself refuse changes to the record."""

from django.db import migrations

from retained.audit import triggers


def refuse_changes(apps, schema_editor):
    triggers.create(schema_editor.connection)


def allow_changes(apps, schema_editor):
    triggers.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
