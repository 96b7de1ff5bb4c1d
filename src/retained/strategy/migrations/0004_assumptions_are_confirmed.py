"""Owners confirm assumptions; the database itself refuses changes to what they said."""

import django.db.models.deletion
from django.db import migrations, models

from retained.audit import unchanging

TABLE = "business_case_confirmation"


def refuse_changes(apps, schema_editor):
    unchanging.refuse_changes(schema_editor.connection, TABLE)


def allow_changes(apps, schema_editor):
    unchanging.allow_changes(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("strategy", "0003_actuals_wait_for_a_look")]
    operations = [
        migrations.CreateModel(
            name="AssumptionConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("assumption", models.CharField(max_length=60)),
                ("sha256", models.CharField(max_length=64)),
                ("number", models.PositiveIntegerField()),
                ("reason", models.TextField(blank=True)),
                ("by_key", models.CharField(max_length=64)),
                ("confirmed_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="strategy.businesscase",
                    ),
                ),
            ],
            options={
                "verbose_name": "confirmation of an assumption",
                "db_table": TABLE,
                "ordering": ("confirmed_at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "assumption", "sha256"),
                        name="business_case_confirmation_once",
                    )
                ],
            },
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
