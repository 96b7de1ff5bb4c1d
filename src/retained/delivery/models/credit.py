"""Credits as money that is on its way: claimed, received or waived."""

from django.db import models
from django.db.models import F, Q


class CreditState(models.TextChoices):
    """Where a month's credit stands."""

    DUE = "due", "due"
    CLAIMED = "claimed", "claimed"
    RECEIVED = "received", "received"
    WAIVED = "waived", "waived"


class CreditClaim(models.Model):
    """What a confirmed month gives back, until a credit note settles it or somebody waives it.

    `agreement`, `month` and `is_current` are copies of the close's own: sums over all credits do
    not go through closes, whose documents are large.
    """

    close = models.OneToOneField(
        "delivery.MonthClose", on_delete=models.PROTECT, related_name="credit"
    )
    agreement = models.ForeignKey(
        "contracts.Agreement", on_delete=models.PROTECT, related_name="credits"
    )
    month = models.CharField(max_length=7)
    is_current = models.BooleanField(default=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=CreditState.choices, default=CreditState.DUE)
    credit_note = models.CharField(max_length=60, blank=True)
    received_minor = models.BigIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    changed_by_key = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "credit_claim"
        ordering = ("-month",)
        verbose_name = "credit"
        constraints = (
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="credit_claim_positive"),
            models.CheckConstraint(
                condition=~Q(state="received") | ~Q(credit_note=""), name="credit_claim_note_number"
            ),
            models.CheckConstraint(
                condition=~Q(state="waived") | ~Q(reason=""), name="credit_claim_waived_why"
            ),
        )
        indexes = (
            models.Index(
                fields=[
                    "currency",
                    "month",
                    "state",
                    "amount_minor",
                    "received_minor",
                    "agreement",
                ],
                name="credit_claim_sums",
                condition=Q(is_current=True),
            ),
            models.Index(fields=["month"], name="credit_claim_month"),
            models.Index(
                fields=["state", "month"], name="credit_claim_state", condition=Q(is_current=True)
            ),
            models.Index(
                fields=["month"],
                name="credit_claim_short",
                condition=Q(received_minor__lt=F("amount_minor")),
            ),
        )

    def __str__(self) -> str:
        return f"Credit of {self.close}"

    @property
    def record_key(self) -> str:
        """The key by which the record names this credit."""
        return self.close.record_key
