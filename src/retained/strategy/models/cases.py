"""Tables of business cases: a case, its versions, who confirmed and signed, and what runs gave.

A version is never changed: another one supersedes it. What a case says is its document, the
canonical YAML whose SHA-256 stands beside it. A run can be made again to the same bytes from its
version, draws and seed; what somebody signed keeps the hash of the run that was looked at.
"""

from django.db import models
from django.db.models import Q

from retained.audit.unchanging import Unchanging


class CaseState(models.TextChoices):
    """How far a case has come."""

    DRAFT = "draft", "Draft"
    SIGNED = "signed", "Signed"  # by two people: its baseline is frozen
    WITHDRAWN = "withdrawn", "Withdrawn"


class BusinessCase(models.Model):
    """Whether handing out one or several IT functions pays, through all of its versions."""

    reference = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)  # of the newest version, for lists and search
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.DRAFT)
    functions = models.ManyToManyField(
        "strategy.ItFunction", related_name="cases", db_table="business_case_function", blank=True
    )
    # What two people signed: what came true is held against it. Null until then.
    baseline = models.ForeignKey(
        "strategy.CaseVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    chosen = models.CharField(max_length=60, blank=True)  # the option that was signed for
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "business_case"
        ordering = ("title", "reference")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("draft", "signed", "withdrawn")),
                name="business_case_state_known",
            ),
            # A signed case has what was signed; a draft has nothing.
            models.CheckConstraint(
                condition=Q(state="signed", baseline__isnull=False)
                | Q(state__in=("draft", "withdrawn")),
                name="business_case_signed_has_baseline",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def record_key(self) -> str:
        """The key by which the record names this case."""
        return self.reference


class CaseVersion(Unchanging):
    """What a case said from a moment on."""

    case = models.ForeignKey(
        "strategy.BusinessCase", on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    document = models.TextField()  # canonical YAML of the schema retained/case/1
    sha256 = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    created_by_key = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "business_case_version"
        ordering = ("case", "number")
        verbose_name = "version of a business case"
        constraints = (
            models.UniqueConstraint(
                fields=("case", "number"), name="business_case_version_number_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case.reference} version {self.number}"

    @property
    def record_key(self) -> str:
        """The key by which the record names this version."""
        return f"{self.case.reference}/{self.number}"


class CaseSignature(Unchanging):
    """That somebody stands behind an option of one version, why, and on what conditions."""

    version = models.ForeignKey(
        "strategy.CaseVersion", on_delete=models.PROTECT, related_name="signatures"
    )
    chosen = models.CharField(max_length=60)  # the option
    reasons = models.TextField()
    conditions = models.TextField(blank=True)
    run = models.ForeignKey("strategy.CaseRun", on_delete=models.PROTECT, related_name="+")
    by_key = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "business_case_signature"
        ordering = ("signed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "by_key"), name="business_case_signature_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.version} at {self.signed_at:%Y-%m-%d}"


class AssumptionConfirmation(Unchanging):
    """That somebody confirmed an assumption of one content: whoever changes it opens it again.

    It holds in every version whose assumption of that name has the same content.
    """

    case = models.ForeignKey(
        "strategy.BusinessCase", on_delete=models.PROTECT, related_name="confirmations"
    )
    assumption = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)  # of everything that the assumption says
    number = models.PositiveIntegerField()  # of the version that was looked at
    reason = models.TextField(blank=True)  # why somebody else than the owner; else blank
    by_key = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField()

    class Meta:
        db_table = "business_case_confirmation"
        ordering = ("confirmed_at", "id")
        verbose_name = "confirmation of an assumption"
        constraints = (
            models.UniqueConstraint(
                fields=("case", "assumption", "sha256"), name="business_case_confirmation_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case.reference}, {self.assumption}"


class CaseRun(models.Model):
    """What a run of a version gave: its document is canonical JSON, and can be made again.

    `through` is the last month that came true in it (2026-10), with the hash of those actuals;
    blank where a run rests on assumptions alone.
    """

    version = models.ForeignKey(
        "strategy.CaseVersion", on_delete=models.PROTECT, related_name="runs"
    )
    draws = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    rules = models.CharField(max_length=40)
    through = models.CharField(max_length=7, blank=True)
    actuals_sha256 = models.CharField(max_length=64, blank=True)
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "business_case_run"
        ordering = ("version", "through", "made_at")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "draws", "seed", "rules", "through", "actuals_sha256"),
                name="business_case_run_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.version}, {self.draws} draws"
