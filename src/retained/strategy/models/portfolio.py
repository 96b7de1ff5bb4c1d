"""Tables of the portfolio: IT functions in a tree, the business functions above them, appraisals.

What is known of an IT function is a document in versions, as of an agreement; the other columns
repeat what lists and the map sort by.
"""

from django.db import models
from django.db.models import F, Q

from retained.audit.unchanging import Unchanging


class Criticality(models.TextChoices):
    """How badly the company stands without a business function."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    VITAL = "vital", "Vital"


class BusinessFunction(models.Model):
    """Something that the company does, and that IT functions support."""

    reference = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    criticality = models.CharField(max_length=8, choices=Criticality.choices)
    # How long it may stand still, and how much of its data may be lost; null: nobody has said.
    recovery_time_minutes = models.PositiveIntegerField(null=True, blank=True)
    recovery_point_minutes = models.PositiveIntegerField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "business_function"
        ordering = ("title", "reference")
        constraints = (
            models.CheckConstraint(
                condition=Q(criticality__in=("low", "medium", "high", "vital")),
                name="business_function_criticality_known",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def record_key(self) -> str:
        """The key by which the record names it."""
        return self.reference


class ItFunction(models.Model):
    """A part of a company's IT that can be done in-house, shared, or handed out."""

    reference = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "strategy.ItFunction",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    performer = models.CharField(max_length=12)  # as the newest version says: see the engine
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "it_function"
        ordering = ("title", "reference")
        verbose_name = "IT function"
        constraints = (
            models.CheckConstraint(
                condition=Q(performer__in=("in_house", "provider", "shared")),
                name="it_function_performer_known",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="it_function_not_below_itself"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def record_key(self) -> str:
        """The key by which the record names it."""
        return self.reference


class FunctionVersion(Unchanging):
    """What was known of an IT function from a moment on; the next version supersedes it."""

    function = models.ForeignKey(
        "strategy.ItFunction", on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    document = models.TextField()  # canonical YAML of the schema retained/function/1
    sha256 = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    created_by_key = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "it_function_version"
        ordering = ("function", "number")
        verbose_name = "version of an IT function"
        constraints = (
            models.UniqueConstraint(
                fields=("function", "number"), name="it_function_version_number_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.function.reference} version {self.number}"


class Appraisal(models.Model):
    """One person's answers on whether to own, share or buy an IT function.

    Answered anew, the earlier sheet is superseded and stays.
    """

    function = models.ForeignKey(
        "strategy.ItFunction", on_delete=models.PROTECT, related_name="appraisals"
    )
    by_key = models.CharField(max_length=64)
    answers = models.JSONField()  # question -> 0 to 4: see engine.own_or_buy
    note = models.TextField(blank=True)
    given_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "function_appraisal"
        ordering = ("function", "given_at")
        constraints = (
            models.UniqueConstraint(
                fields=("function", "by_key"),
                condition=Q(superseded_at=None),
                name="function_appraisal_one_counts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.function.reference} at {self.given_at:%Y-%m-%d}"
