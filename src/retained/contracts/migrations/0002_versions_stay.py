"""Let the database itself refuse changes to a version of an agreement."""

from django.db import migrations

from retained.contracts import triggers


def refuse_changes(apps, schema_editor):
    triggers.create(schema_editor.connection)


def allow_changes(apps, schema_editor):
    triggers.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
