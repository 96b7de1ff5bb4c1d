"""Rate cards and wage tables are kept, in versions; their rates are never edited."""

import django.db.models.deletion
from django.db import migrations, models

from retained.audit import unchanging

TABLE = "rate_card_rate"


def refuse_changes(apps, schema_editor):
    unchanging.refuse_changes(schema_editor.connection, TABLE)


def allow_changes(apps, schema_editor):
    unchanging.allow_changes(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_initial"),
        ("strategy", "0005_monthly_reruns"),
    ]

    operations = [
        migrations.CreateModel(
            name="RateCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=40)),
                ("version", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=120)),
                ("on", models.DateField()),
                ("document", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("currencies", models.CharField(max_length=200)),
                ("count", models.PositiveIntegerField()),
                ("left_out", models.PositiveIntegerField(default=0)),
                ("remarks", models.JSONField(default=list)),
                ("prior", models.BooleanField()),
                ("taken_in_by_key", models.CharField(max_length=64)),
                ("taken_in_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "rate card",
                "db_table": "rate_card",
                "ordering": ("reference", "version"),
            },
        ),
        migrations.CreateModel(
            name="CardRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("role", models.TextField()),
                ("level", models.TextField(blank=True)),
                ("location", models.TextField(blank=True)),
                ("provider", models.TextField(blank=True)),
                ("currency", models.CharField(max_length=3)),
                ("unit", models.CharField(max_length=5)),
                ("amount", models.CharField(max_length=40)),
                ("hour_hundredths", models.BigIntegerField()),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="strategy.ratecard",
                    ),
                ),
            ],
            options={
                "db_table": "rate_card_rate",
                "ordering": ("card", "row"),
            },
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.UniqueConstraint(
                fields=("reference", "version"), name="rate_card_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ratecard",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at", None)),
                fields=("reference",),
                name="rate_card_in_force_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="cardrate",
            constraint=models.UniqueConstraint(
                fields=("card", "row"), name="rate_card_rate_row_once"
            ),
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
