"""Where agreements stand, and columns by which lists read credits without opening closes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0003_lists_by_title"),
        ("delivery", "0004_unusable_rows"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "agreement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="contracts.agreement",
                    ),
                ),
                ("month", models.CharField(blank=True, max_length=7)),
                ("verdict", models.CharField(blank=True, max_length=20)),
                ("rank", models.PositiveSmallIntegerField()),
                ("levels", models.PositiveIntegerField()),
                ("met", models.PositiveIntegerField()),
                ("missed", models.JSONField(default=list)),
                ("owed_minor", models.BigIntegerField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("status", models.CharField(blank=True, max_length=10)),
                ("running", models.BooleanField()),
                ("at_risk", models.PositiveIntegerField()),
                ("to_close", models.PositiveIntegerField()),
                ("oldest_to_close", models.CharField(blank=True, max_length=7)),
                ("is_late", models.BooleanField(default=False)),
                ("late", models.JSONField(default=list)),
                ("latest_late", models.CharField(blank=True, max_length=7)),
                ("disputed", models.JSONField(default=list)),
                ("latest_disputed", models.CharField(blank=True, max_length=7)),
                ("rights", models.JSONField(default=list)),
                ("rights_until", models.DateField(null=True)),
                ("level_titles", models.TextField()),
            ],
            options={
                "verbose_name": "standing of an agreement",
                "db_table": "standing",
            },
        ),
        migrations.AlterModelOptions(
            name="creditclaim",
            options={"ordering": ("-month",), "verbose_name": "credit"},
        ),
        migrations.AddField(
            model_name="creditclaim",
            name="agreement",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits",
                to="contracts.agreement",
            ),
        ),
        migrations.AddField(
            model_name="creditclaim",
            name="is_current",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="creditclaim",
            name="month",
            field=models.CharField(default="", max_length=7),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="exclusion",
            index=models.Index(fields=["month"], name="exclusion_month"),
        ),
        migrations.AddIndex(
            model_name="exclusion",
            index=models.Index(fields=["state", "asked_at"], name="exclusion_state"),
        ),
        migrations.AddIndex(
            model_name="monthclose",
            index=models.Index(
                condition=models.Q(("is_current", True)),
                fields=["state", "month", "agreement"],
                name="month_close_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="monthclose",
            index=models.Index(
                condition=models.Q(("is_current", True)),
                fields=["state", "answer_due"],
                name="month_close_due",
            ),
        ),
        migrations.AddIndex(
            model_name="monthclose",
            index=models.Index(
                condition=models.Q(("is_current", False)),
                fields=["state", "month"],
                name="month_close_open",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["rank"], name="standing_rank"),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["oldest_to_close"], name="standing_to_close"),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["latest_late"], name="standing_late"),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["latest_disputed"], name="standing_disputed"),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["rights_until"], name="standing_rights"),
        ),
    ]
