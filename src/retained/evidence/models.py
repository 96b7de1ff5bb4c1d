"""Tables of evidence: sources, mappings in versions, immutable batches, imports, reported figures.

The rows themselves are no table: they lie as Parquet below EVIDENCE_ROOT, a folder for each batch,
beside the original file in `files`. A batch never changes; it can be withdrawn, with a reason.
Exchange rates are rows: one is asked for at a time.
"""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from retained.shared.months import Month


class Source(models.Model):
    """A system that evidence comes from, as mappings name it."""

    name = models.CharField(max_length=100, unique=True)
    provider = models.ForeignKey(
        "directory.Organisation",
        on_delete=models.PROTECT,
        related_name="sources",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField()

    class Meta:
        db_table = "source"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class MappingVersion(models.Model):
    """How a source's files are read, from one confirmation to the next."""

    source = models.ForeignKey("evidence.Source", on_delete=models.PROTECT, related_name="mappings")
    number = models.PositiveIntegerField()
    document = models.TextField()  # canonical YAML of the schema retained/mapping/1
    fingerprint = models.CharField(max_length=64)  # of the header that it was confirmed with
    created_at = models.DateTimeField()
    created_by_key = models.CharField(max_length=64)

    class Meta:
        db_table = "mapping_version"
        ordering = ("source", "number")
        constraints = (
            models.UniqueConstraint(fields=["source", "number"], name="mapping_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.source} mapping {self.number}"


class Batch(models.Model):
    """One file's rows exactly as they came, and how they fared."""

    source = models.ForeignKey("evidence.Source", on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    mapping = models.ForeignKey(
        "evidence.MappingVersion", on_delete=models.PROTECT, related_name="batches"
    )
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    folder = models.CharField(max_length=64, unique=True)
    format = models.CharField(max_length=20)
    columns = models.JSONField()
    first_row = models.PositiveIntegerField(null=True, blank=True)
    rows_staged = models.BigIntegerField()
    rows_read = models.BigIntegerField()
    rows_used = models.BigIntegerField()
    tickets = models.BigIntegerField()
    earliest_at = models.DateTimeField(null=True, blank=True)
    latest_at = models.DateTimeField(null=True, blank=True)
    remark_counts = models.JSONField()
    imported_at = models.DateTimeField()
    imported_by_key = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_key = models.CharField(max_length=64, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "batch"
        ordering = ("source", "number")
        verbose_name_plural = "batches"
        constraints = (
            models.UniqueConstraint(fields=["source", "number"], name="batch_number_once"),
            models.UniqueConstraint(
                fields=["source", "sha256"],
                condition=Q(withdrawn_at=None),
                name="batch_content_counts_once",
            ),
            models.CheckConstraint(
                condition=Q(rows_used__gte=0) & Q(rows_used__lte=F("rows_read")),
                name="batch_uses_what_it_read",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} batch {self.number}"

    @property
    def rows_unusable(self) -> int:
        """How many rows carry an error."""
        return self.rows_read - self.rows_used

    @property
    def counts(self) -> bool:
        """Whether figures are made of it."""
        return self.withdrawn_at is None

    @property
    def path(self) -> Path:
        """The folder of its rows and remarks."""
        return Path(settings.EVIDENCE_ROOT) / self.folder


class ImportState(models.TextChoices):
    """How far an import is."""

    SENT = "sent", "waiting for its mapping"
    QUEUED = "queued", "being read"
    DONE = "done", "imported"
    UNCHANGED = "unchanged", "nothing new"
    REFUSED = "refused", "refused"


class ImportRun(models.Model):
    """One file on its way in: sent, mapped, read, and then a batch or a reason why not."""

    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=ImportState, default=ImportState.SENT)
    mapping = models.ForeignKey(
        "evidence.MappingVersion", on_delete=models.PROTECT, null=True, related_name="imports"
    )
    batch = models.ForeignKey(
        "evidence.Batch", on_delete=models.PROTECT, null=True, related_name="imports"
    )
    job_key = models.UUIDField(null=True, blank=True)
    sentence = models.TextField(blank=True)
    started_at = models.DateTimeField()
    started_by_key = models.CharField(max_length=64)

    class Meta:
        db_table = "import_run"
        ordering = ("-id",)
        verbose_name = "import"

    def __str__(self) -> str:
        return f"import {self.pk}"


class ReportedFigure(models.Model):
    """A figure of the provider's own report, under the provider's own label."""

    source = models.ForeignKey(
        "evidence.Source", on_delete=models.PROTECT, related_name="reported_figures"
    )
    label = models.CharField(max_length=200)
    month = models.CharField(max_length=7)  # 2026-10
    met = models.BigIntegerField(null=True, blank=True)
    counted = models.BigIntegerField(null=True, blank=True)
    percent = models.CharField(max_length=20, blank=True)  # Decimal text, as reported
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reported_at = models.DateTimeField()
    reported_by_key = models.CharField(max_length=64)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "reported_figure"
        ordering = ("source", "month", "label", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["source", "label", "month"],
                condition=Q(superseded_at=None),
                name="reported_figure_counts_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.label} {self.month}"


class StatedVolume(models.Model):
    """How many tickets the provider's own report states for a month of a source."""

    source = models.ForeignKey(
        "evidence.Source", on_delete=models.PROTECT, related_name="stated_volumes"
    )
    label = models.CharField(max_length=200)
    month = models.CharField(max_length=7)
    tickets = models.BigIntegerField()
    stated_at = models.DateTimeField()
    stated_by_key = models.CharField(max_length=64)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "stated_volume"
        ordering = ("source", "month", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["source", "month"],
                condition=Q(superseded_at=None),
                name="stated_volume_counts_once",
            ),
            models.CheckConstraint(condition=Q(tickets__gte=0), name="stated_volume_is_a_count"),
        )

    def __str__(self) -> str:
        return f"{self.source} volume {self.month}"

    @property
    def month_title(self) -> str:
        """The month as people write it: October 2026."""
        return Month.parse(self.month).title


class ReportedVerdict(models.Model):
    """What the provider says about one ticket, under the provider's own label."""

    source = models.ForeignKey(
        "evidence.Source", on_delete=models.PROTECT, related_name="reported_verdicts"
    )
    label = models.CharField(max_length=200)
    month = models.CharField(max_length=7)
    ticket = models.CharField(max_length=200)
    verdict = models.CharField(max_length=6, choices=[("met", "met"), ("missed", "missed")])
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "reported_verdict"
        ordering = ("source", "month", "label", "ticket", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["source", "label", "month", "ticket"],
                condition=Q(superseded_at=None),
                name="reported_verdict_counts_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.label} {self.ticket}"


class ExchangeRate(models.Model):
    """What one unit of `base` was worth on a day; another rate of that day supersedes it."""

    base = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.CharField(max_length=24)  # Decimal text: never summed by the database
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "exchange_rate"
        ordering = ("base", "currency", "day", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["base", "currency", "day"],
                condition=Q(superseded_at=None),
                name="exchange_rate_counts_once",
            ),
        )

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate} {self.currency} on {self.day}"
