"""What was measured last: derived from evidence and agreement, and rebuilt from them at will.

Nothing here is the record of a month: that is the month close, which freezes what it finds here.
"""

from django.db import models


class Measured(models.Model):
    """The latest look at an agreement's evidence. What each ticket counts as is a Parquet file."""

    agreement = models.OneToOneField(
        "contracts.Agreement", on_delete=models.CASCADE, related_name="measured"
    )
    as_of = models.DateTimeField()  # the latest stamp in the evidence
    measured_at = models.DateTimeField()
    running = models.CharField(max_length=7)  # the month that was not over then
    rule_version = models.CharField(max_length=40)
    inputs = models.JSONField()  # versions of the agreement, batches of evidence, exclusions
    inputs_sha256 = models.CharField(max_length=64)
    results_name = models.CharField(max_length=120)  # of the Parquet file below the derived folder
    results_sha256 = models.CharField(max_length=64)
    triggers = models.JSONField(default=list)

    class Meta:
        db_table = "measured"
        verbose_name = "measurement"

    def __str__(self) -> str:
        return f"{self.agreement} as of {self.as_of:%Y-%m-%d %H:%M}"


class MeasuredMonth(models.Model):
    """A service level in a month, as it was measured last.

    Figures are texts in the unit of the measure (percent, open seconds, tickets); `credit` holds
    the factors of the credit, its amounts in minor units.
    """

    measured = models.ForeignKey(
        "delivery.Measured", on_delete=models.CASCADE, related_name="months"
    )
    service_level = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    month = models.CharField(max_length=7)
    position = models.PositiveIntegerField()  # of the service level in its agreement
    unit = models.CharField(max_length=10)
    attained = models.CharField(max_length=40, blank=True)
    attained_with_excluded = models.CharField(max_length=40, blank=True)
    at_best = models.CharField(max_length=40, blank=True)
    expected = models.CharField(max_length=40)
    minimum = models.CharField(max_length=40, blank=True)
    met = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    open = models.PositiveIntegerField()
    excluded = models.PositiveIntegerField()
    unusable = models.PositiveIntegerField()
    rows = models.PositiveBigIntegerField(default=0)  # of its source in the month
    unusable_rows = models.PositiveBigIntegerField(default=0)
    verdict = models.CharField(max_length=20)  # so_far while the month runs
    misses_left = models.PositiveIntegerField(null=True, blank=True)
    interval_low = models.CharField(max_length=10, blank=True)
    interval_high = models.CharField(max_length=10, blank=True)
    pooled_from = models.JSONField(default=list)
    credit = models.JSONField(null=True, blank=True)

    class Meta:
        db_table = "measured_month"
        ordering = ("position", "month")
        constraints = (
            models.UniqueConstraint(
                fields=("measured", "service_level", "month"), name="measured_month_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.month}"

    @property
    def counted(self) -> int:
        """The tickets that the figure is about."""
        return self.met + self.missed
