"""Where agreements stand: what lists and the overview say of each, worked out beforehand.

Derived from measured months and month closes, and rebuilt from them at will: `keep_standing` is
called by every command that changes either. Without it, each look at the overview of 5,000
agreements would go through all of their months.
"""

from django.db import models


class Standing(models.Model):
    """An agreement that was measured: its last month that is over, and what waits to be done.

    `rank` sorts verdicts, the worst first. `missed` are the service levels that fell below what is
    expected in the last month, `late` the closed months that are measured otherwise now,
    `disputed` those that the provider disputed and nobody corrected since, `rights` those whose
    last day is known, all as JSON for the words of a page. `level_titles` holds a line for each
    service level: its id, a tab, its title.
    """

    agreement = models.OneToOneField(
        "contracts.Agreement", on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    month = models.CharField(max_length=7, blank=True)  # blank: only a running month was measured
    verdict = models.CharField(max_length=20, blank=True)
    rank = models.PositiveSmallIntegerField()
    levels = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    missed = models.JSONField(default=list)
    owed_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, blank=True)  # of the month's close
    running = models.BooleanField()  # whether a month runs
    at_risk = models.PositiveIntegerField()  # service levels below expected in it
    to_close = models.PositiveIntegerField()  # months that are over and nobody began to close
    oldest_to_close = models.CharField(max_length=7, blank=True)
    is_late = models.BooleanField(default=False)  # late evidence for the last month that is over
    late = models.JSONField(default=list)
    latest_late = models.CharField(max_length=7, blank=True)
    disputed = models.JSONField(default=list)
    latest_disputed = models.CharField(max_length=7, blank=True)
    rights = models.JSONField(default=list)
    rights_until = models.DateField(null=True)
    level_titles = models.TextField()

    class Meta:
        db_table = "standing"
        verbose_name = "standing of an agreement"
        indexes = (
            models.Index(fields=["rank"], name="standing_rank"),
            models.Index(fields=["oldest_to_close"], name="standing_to_close"),
            models.Index(fields=["latest_late"], name="standing_late"),
            models.Index(fields=["latest_disputed"], name="standing_disputed"),
            models.Index(fields=["rights_until"], name="standing_rights"),
        )

    def __str__(self) -> str:
        return f"{self.agreement}: {self.verdict or 'nothing is over yet'}"
