"""A failed job that somebody has looked at may be put aside."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="jobrun",
            name="dismissed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
