"""Each month's re-run of a signed case, and what was missing then; the database keeps it as it is."""

import django.db.models.deletion
from django.db import migrations, models

from retained.audit import unchanging

TABLE = "case_monthly_rerun"


def refuse_changes(apps, schema_editor):
    unchanging.refuse_changes(schema_editor.connection, TABLE)


def allow_changes(apps, schema_editor):
    unchanging.allow_changes(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("strategy", "0004_assumptions_are_confirmed")]
    operations = [
        migrations.CreateModel(
            name="MonthlyRerun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.CharField(max_length=7)),
                ("lacks_ledger", models.BooleanField()),
                ("lacks_drivers", models.BooleanField()),
                ("made_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="monthly_reruns",
                        to="strategy.businesscase",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="strategy.caserun",
                    ),
                ),
            ],
            options={
                "db_table": TABLE,
                "verbose_name": "monthly re-run",
                "ordering": ("case", "month"),
            },
        ),
        migrations.AddConstraint(
            model_name="monthlyrerun",
            constraint=models.UniqueConstraint(
                fields=("case", "month"), name="case_monthly_rerun_once"
            ),
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
