"""Exclusions: tickets that one side asks to leave out, and the other side's answer."""

from django.db import models
from django.db.models import F, Q


class ExclusionState(models.TextChoices):
    """Where a request to leave a ticket out stands."""

    ASKED = "asked", "asked"
    AGREED = "agreed", "agreed"
    REFUSED = "refused", "refused"
    WITHDRAWN = "withdrawn", "withdrawn"


class Exclusion(models.Model):
    """A ticket that one side asks not to count under one service level, with the reason.

    Only the other side may agree or refuse: the database refuses an answer from the same side.
    """

    agreement = models.ForeignKey(
        "contracts.Agreement", on_delete=models.PROTECT, related_name="exclusions"
    )
    service_level = models.CharField(max_length=40)
    ticket = models.CharField(max_length=200)
    month = models.CharField(max_length=7)
    state = models.CharField(
        max_length=10, choices=ExclusionState.choices, default=ExclusionState.ASKED
    )
    reason = models.TextField()
    asked_by_key = models.CharField(max_length=64)
    asked_side = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by_key = models.CharField(max_length=64, blank=True)
    answered_side = models.CharField(max_length=10, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "exclusion"
        ordering = ("-asked_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "service_level", "ticket"),
                condition=Q(state__in=("asked", "agreed")),
                name="exclusion_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | ~Q(answered_by_key=""), name="exclusion_answered_by"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("agreed", "refused")) | ~Q(answered_side=F("asked_side")),
                name="exclusion_other_side_answers",
            ),
        )
        indexes = (
            models.Index(fields=["agreement", "state"], name="exclusion_agreement_state"),
            models.Index(fields=["month"], name="exclusion_month"),
            models.Index(fields=["state", "asked_at"], name="exclusion_state"),
        )

    def __str__(self) -> str:
        return f"{self.ticket} under {self.service_level}"

    @property
    def record_key(self) -> str:
        """The key by which the record names this exclusion."""
        return f"{self.agreement.reference}/{self.service_level}/{self.ticket}/{self.pk}"
