"""Rows of a level's source in each month, and how many of them could not be used."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_earned_back")]
    operations = [
        migrations.AddField(
            model_name="measuredmonth",
            name="rows",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="measuredmonth",
            name="unusable_rows",
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
