"""Let the database itself refuse changes to versions and signatures."""

from django.db import migrations

from retained.audit import unchanging

TABLES = ("business_case_version", "business_case_signature", "it_function_version")


def refuse_changes(apps, schema_editor):
    for table in TABLES:
        unchanging.refuse_changes(schema_editor.connection, table)


def allow_changes(apps, schema_editor):
    for table in TABLES:
        unchanging.allow_changes(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("strategy", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
