"""Let the database itself refuse changes to what a month close froze."""

from django.db import migrations

from retained.delivery import frozen


def refuse_changes(apps, schema_editor):
    frozen.create(schema_editor.connection)


def allow_changes(apps, schema_editor):
    frozen.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
