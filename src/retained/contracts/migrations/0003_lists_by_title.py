"""Lists of agreements come by title: the first page is found without looking at all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contracts", "0002_versions_stay")]
    operations = [
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["title"], name="agreement_title"),
        ),
    ]
