"""Keeping where an agreement stands: called at the end of each command that changes it."""

from django.db import transaction

from retained.contracts.models import Agreement
from retained.delivery.models import Measured, ProviderAnswer, Standing
from retained.delivery.queries.months import agreement_months
from retained.delivery.queries.standings import standing_values


def keep_standing(agreement: Agreement) -> None:
    """Work out anew where an agreement stands; one that was never measured stands nowhere.

    It belongs inside the transaction of what changed, so that no list contradicts a page.
    """
    measured = Measured.objects.filter(agreement=agreement).first()
    if measured is None:
        return
    answers = ProviderAnswer.objects.filter(close__agreement=agreement, close__is_current=True)
    values = standing_values(agreement_months(agreement, measured), answers)
    Standing.objects.update_or_create(agreement=agreement, defaults=values)


def keep_missing_standings() -> int:
    """Work out where agreements stand that were measured before this was kept; return how many."""
    missing = Agreement.objects.filter(measured__isnull=False, standing=None)
    found = list(missing.select_related("provider"))
    for agreement in found:
        with transaction.atomic():
            keep_standing(agreement)
    return len(found)
