"""Files of actuals wait until somebody looked at them; one row may tell of several drivers."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial"), ("strategy", "0002_versions_stay")]
    operations = [
        migrations.RemoveConstraint(model_name="actualentry", name="case_actual_entry_row_once"),
        migrations.AddConstraint(
            model_name="actualentry",
            constraint=models.UniqueConstraint(
                fields=("file", "row", "driver"), name="case_actual_entry_row_once"
            ),
        ),
        migrations.AddField(
            model_name="actualsfile",
            name="counts_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="actualsfile",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="strategy.actualsfile",
            ),
        ),
        migrations.AddField(
            model_name="actualsfile",
            name="sha256",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="actualsfile",
            constraint=models.UniqueConstraint(
                condition=Q(superseded_at=None),
                fields=("case", "sha256"),
                name="case_actuals_file_content_once",
            ),
        ),
    ]
