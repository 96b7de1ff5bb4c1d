"""Let the database itself refuse changes to a version of an agreement."""

from django.db import migrations

from retained.audit import unchanging


def refuse_changes(apps, schema_editor):
    unchanging.refuse_changes(schema_editor.connection, "agreement_version")


def allow_changes(apps, schema_editor):
    unchanging.allow_changes(schema_editor.connection, "agreement_version")


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
