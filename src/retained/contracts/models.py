"""Tables of agreements: the agreement, its versions by effective date, and its documents.

A version is never changed: another one supersedes it. What it promises is its document, the
canonical YAML whose SHA-256 stands beside it; the other columns repeat what lists sort by.
"""

from django.db import models
from django.db.models import F, Q

from retained.audit.unchanging import Unchanging


class Agreement(models.Model):
    """What a client and one provider agreed on, through all of its versions."""

    reference = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)  # of the newest version, for lists and search
    provider = models.ForeignKey(
        "directory.Organisation", on_delete=models.PROTECT, related_name="agreements"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "agreement"
        ordering = ("reference",)
        indexes = (models.Index(fields=["title"], name="agreement_title"),)

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def record_key(self) -> str:
        """The key by which the record names this agreement."""
        return self.reference


class AgreementVersion(Unchanging):
    """What the agreement promises from a day on.

    Of several versions from the same day the one with the highest number counts: it corrects
    the others.
    """

    agreement = models.ForeignKey(
        "contracts.Agreement", on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    effective_from = models.DateField()
    correction = models.PositiveIntegerField(default=0)  # 0: the first version from this day
    document = models.TextField()  # canonical YAML of the schema retained/agreement/1
    sha256 = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField()
    renewal_months = models.PositiveIntegerField(default=0)
    notice_months = models.PositiveIntegerField(default=0)
    notice_on = models.DateField(null=True, blank=True)  # of the first term
    service_level_count = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    monthly_minor = models.BigIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    created_by_key = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "agreement_version"
        ordering = ("agreement", "number")
        verbose_name = "version of an agreement"
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "number"), name="agreement_version_number_once"
            ),
            models.UniqueConstraint(
                fields=("agreement", "effective_from", "correction"),
                name="agreement_version_from_once",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="agreement_version_number"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="agreement_version_term"
            ),
            # A correction says why; the first version from a day may speak for itself.
            models.CheckConstraint(
                condition=Q(correction=0) | ~Q(note=""), name="agreement_version_correction_reason"
            ),
        )
        indexes = (models.Index(fields=["notice_on"], name="agreement_version_notice"),)

    def __str__(self) -> str:
        return f"{self.agreement.reference} version {self.number}"

    @property
    def record_key(self) -> str:
        """The key by which the record names this version."""
        return f"{self.agreement.reference}/{self.number}"


class AgreementDocument(models.Model):
    """A paper that belongs to an agreement: the signed contract, an amendment, an annex."""

    class Kind(models.TextChoices):
        """What the paper is."""

        MASTER = "master", "Master agreement"
        STATEMENT_OF_WORK = "statement_of_work", "Statement of work"
        DATA_PROCESSING = "data_processing", "Data processing agreement"
        AMENDMENT = "amendment", "Amendment"
        ANNEX = "annex", "Annex"
        OTHER = "other", "Other document"

    agreement = models.ForeignKey(
        "contracts.Agreement", on_delete=models.PROTECT, related_name="documents"
    )
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=120)
    # What the provider signed too is shown to it; the client's own notes are not.
    shared_with_provider = models.BooleanField(default=False)
    # Null: it counts. A paper attached by mistake is withdrawn, and stays where it was.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    attached_at = models.DateTimeField()

    class Meta:
        db_table = "agreement_document"
        ordering = ("-attached_at", "-id")
        verbose_name = "document of an agreement"
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "master",
                        "statement_of_work",
                        "data_processing",
                        "amendment",
                        "annex",
                        "other",
                    )
                ),
                name="agreement_document_kind_known",
            ),
        )

    def __str__(self) -> str:
        return self.title
