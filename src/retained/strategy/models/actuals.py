"""Tables of what came true: ledger files, their entries, how they are read, and monthly re-runs.

An entry is one row of a file as it came; a file that was wrong is superseded by another, and stays.
"""

from django.db import models
from django.db.models import Q

from retained.audit.unchanging import Unchanging


class ActualsMapping(models.Model):
    """How the files of a case are read: columns, and accounts to lines. The newest counts."""

    case = models.ForeignKey(
        "strategy.BusinessCase", on_delete=models.PROTECT, related_name="actuals_mappings"
    )
    number = models.PositiveIntegerField()
    document = models.TextField()  # canonical YAML of the schema retained/actuals/1
    sha256 = models.CharField(max_length=64)
    created_by_key = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "case_actuals_mapping"
        ordering = ("case", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("case", "number"), name="case_actuals_mapping_number_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case.reference} mapping {self.number}"


class ActualsFile(models.Model):
    """A ledger, or volumes and headcount, given to a case.

    It waits until somebody has looked at what was read of it, and counts from then on.
    """

    case = models.ForeignKey(
        "strategy.BusinessCase", on_delete=models.PROTECT, related_name="actuals_files"
    )
    mapping = models.ForeignKey(
        "strategy.ActualsMapping", on_delete=models.PROTECT, related_name="files"
    )
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)  # of the file: the same content counts once
    rows = models.PositiveIntegerField()
    unusable = models.PositiveIntegerField(default=0)
    total_minor = models.BigIntegerField()  # of all usable rows, in the case's currency
    control_minor = models.BigIntegerField(null=True, blank=True)  # what the bookkeeper says
    remarks = models.JSONField(default=list)
    given_by_key = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    # The file whose place it takes once it counts: one that was wrong.
    replaces = models.ForeignKey(
        "strategy.ActualsFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
    )
    counts_since = models.DateTimeField(null=True, blank=True)  # null: it waits for a look
    superseded_at = models.DateTimeField(null=True, blank=True)  # replaced or withdrawn

    class Meta:
        db_table = "case_actuals_file"
        ordering = ("case", "given_at")
        constraints = (
            models.UniqueConstraint(
                fields=("case", "sha256"),
                condition=Q(superseded_at=None),
                name="case_actuals_file_content_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case.reference}: {self.rows} rows"

    @property
    def counts(self) -> bool:
        """Whether the case takes its entries."""
        return self.counts_since is not None and self.superseded_at is None


class ActualEntry(models.Model):
    """One row: an amount booked in a month, or a figure of a driver in a month.

    A row of volumes may hold figures of several drivers, each an entry of its own.
    """

    file = models.ForeignKey(
        "strategy.ActualsFile", on_delete=models.PROTECT, related_name="entries"
    )
    row = models.PositiveIntegerField()
    month = models.CharField(max_length=7)
    cost_centre = models.CharField(max_length=60, blank=True)
    account = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=200, blank=True)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    driver = models.CharField(max_length=60, blank=True)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)

    class Meta:
        db_table = "case_actual_entry"
        ordering = ("file", "row")
        constraints = (
            models.UniqueConstraint(
                fields=("file", "row", "driver"), name="case_actual_entry_row_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=False) | Q(value__isnull=False),
                name="case_actual_entry_says_something",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month} {self.account or self.driver}"


class MonthlyRerun(Unchanging):
    """That a signed case was re-run by the clock once a month was over, and what was missing then.

    A month that comes late is another re-run, and changes nothing of this row.
    """

    case = models.ForeignKey(
        "strategy.BusinessCase", on_delete=models.PROTECT, related_name="monthly_reruns"
    )
    month = models.CharField(max_length=7)
    # Null where nothing came true yet; of an earlier month where nothing came of this one.
    run = models.ForeignKey(
        "strategy.CaseRun", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lacks_ledger = models.BooleanField()
    lacks_drivers = models.BooleanField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "case_monthly_rerun"
        ordering = ("case", "month")
        verbose_name = "monthly re-run"
        constraints = (
            models.UniqueConstraint(fields=("case", "month"), name="case_monthly_rerun_once"),
        )

    def __str__(self) -> str:
        return f"{self.case.reference} {self.month}"
