"""Tables of rate cards and wage tables: each version of a card, and the rates in it."""

from django.db import models
from django.db.models import Q


class RateCard(models.Model):
    """One version of a card: a file, how it was read, and what of it cannot be used.

    A later file under the same name is its next version; the one before is superseded and stays.
    """

    reference = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    on = models.DateField()  # the day of which the card is
    document = models.TextField()  # the mapping: YAML of the schema retained/rate-card/1
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)  # of the file
    currencies = models.CharField(max_length=200)  # "EUR, USD", the most used first
    count = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField(default=0)  # rows
    remarks = models.JSONField(default=list)  # why they were left out
    prior = models.BooleanField()
    taken_in_by_key = models.CharField(max_length=64)
    taken_in_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)  # by a version, or withdrawn

    class Meta:
        db_table = "rate_card"
        verbose_name = "rate card"
        ordering = ("reference", "version")
        constraints = (
            models.UniqueConstraint(fields=("reference", "version"), name="rate_card_version_once"),
            models.UniqueConstraint(
                fields=("reference",),
                condition=Q(superseded_at=None),
                name="rate_card_in_force_once",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def record_key(self) -> str:
        """The key by which the record names it."""
        return f"{self.reference}/{self.version}"

    @property
    def is_in_force(self) -> bool:
        """Whether it was neither superseded nor withdrawn."""
        return self.superseded_at is None


class CardRate(models.Model):
    """What a role costs for one unit, by one row of a card."""

    card = models.ForeignKey("strategy.RateCard", on_delete=models.PROTECT, related_name="rates")
    row = models.PositiveIntegerField()
    role = models.TextField()
    level = models.TextField(blank=True)
    location = models.TextField(blank=True)
    provider = models.TextField(blank=True)
    currency = models.CharField(max_length=3)
    unit = models.CharField(max_length=5)
    amount = models.CharField(max_length=40)  # exact, as the card writes it
    hour_hundredths = models.BigIntegerField()  # for an hour, in hundredths: what lists sort by
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "rate_card_rate"
        ordering = ("card", "row")
        constraints = (
            models.UniqueConstraint(fields=("card", "row"), name="rate_card_rate_row_once"),
        )

    def __str__(self) -> str:
        return f"{self.role}: {self.amount} {self.currency} a {self.unit}"
