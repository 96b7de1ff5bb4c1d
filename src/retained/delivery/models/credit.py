"""Credits as money that is on its way: claimed, received, given back or waived; and earn-backs."""

from django.db import models
from django.db.models import F, Q


class CreditState(models.TextChoices):
    """Where a month's credit stands."""

    DUE = "due", "due"
    CLAIMED = "claimed", "claimed"
    RECEIVED = "received", "received"
    GIVEN_BACK = "given_back", "given back"
    WAIVED = "waived", "waived"


class CreditClaim(models.Model):
    """What a confirmed month gives back, until a credit note settles it or somebody waives it.

    The amount is the month's net: what it owes less what it earned back. Below nothing it is owed
    to the provider, until the number of its invoice says that it was given back.

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
            models.CheckConstraint(condition=~Q(amount_minor=0), name="credit_claim_not_nothing"),
            models.CheckConstraint(
                condition=Q(state__in=("due", "waived"))
                | Q(state__in=("claimed", "received"), amount_minor__gt=0)
                | Q(state="given_back", amount_minor__lt=0),
                name="credit_claim_goes_its_way",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("received", "given_back")) | ~Q(credit_note=""),
                name="credit_claim_note_number",
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
                    "is_current",
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

    @property
    def is_owed_to_provider(self) -> bool:
        """Whether the month earned more back than it owes."""
        return self.amount_minor < 0


class EarnedBack(models.Model):
    """What the statement of a later month earned back of a service level's credit.

    It counts until that statement is superseded; no credit is earned back twice.
    """

    agreement = models.ForeignKey(
        "contracts.Agreement", on_delete=models.PROTECT, related_name="earned_back"
    )
    month = models.CharField(max_length=7)  # of the credit
    service_level = models.CharField(max_length=40)
    close = models.ForeignKey(
        "delivery.MonthClose", on_delete=models.PROTECT, related_name="earned_back"
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    is_current = models.BooleanField(default=True)

    class Meta:
        db_table = "earned_back"
        ordering = ("month", "service_level")
        verbose_name = "earn-back"
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "month", "service_level"),
                condition=Q(is_current=True),
                name="earned_back_once",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="earned_back_positive"),
        )

    def __str__(self) -> str:
        return f"{self.service_level} of {self.month}, earned back in {self.close.month}"

    @property
    def record_key(self) -> str:
        """The key by which the record names this earn-back."""
        return f"{self.agreement.reference}/{self.month}/{self.service_level}"
