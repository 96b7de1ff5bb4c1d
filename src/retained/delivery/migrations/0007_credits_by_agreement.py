"""Every credit names its agreement; lists, sums and the overview find theirs by an index."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_credits_copied")]
    operations = [
        migrations.AlterField(
            model_name="creditclaim",
            name="agreement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits",
                to="contracts.agreement",
            ),
        ),
        migrations.AddIndex(
            model_name="creditclaim",
            index=models.Index(
                condition=models.Q(("is_current", True)),
                fields=[
                    "currency",
                    "month",
                    "state",
                    "amount_minor",
                    "received_minor",
                    "agreement",
                    "is_current",
                ],
                name="credit_claim_sums",
            ),
        ),
        migrations.AddIndex(
            model_name="creditclaim",
            index=models.Index(fields=["month"], name="credit_claim_month"),
        ),
        migrations.AddIndex(
            model_name="creditclaim",
            index=models.Index(
                condition=models.Q(("is_current", True)),
                fields=["state", "month"],
                name="credit_claim_state",
            ),
        ),
        migrations.AddIndex(
            model_name="creditclaim",
            index=models.Index(
                condition=models.Q(("received_minor__lt", models.F("amount_minor"))),
                fields=["month"],
                name="credit_claim_short",
            ),
        ),
    ]
