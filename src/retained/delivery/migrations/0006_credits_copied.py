"""Give each credit the agreement and month of its close.

By itself: PostgreSQL alters no table in the transaction that changed its rows.
"""

from django.db import migrations


def copy_from_closes(apps, schema_editor):
    """Give each credit the agreement and month of its close, and whether that counts."""
    claims = apps.get_model("delivery", "CreditClaim").objects.select_related("close")
    for claim in claims.defer("close__document").iterator(chunk_size=1000):
        claim.agreement_id, claim.month = claim.close.agreement_id, claim.close.month
        claim.is_current = claim.close.is_current
        claim.save(update_fields=["agreement", "month", "is_current"])


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_standings")]
    operations = [migrations.RunPython(copy_from_closes, migrations.RunPython.noop)]
