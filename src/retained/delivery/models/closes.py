"""Month closes: the frozen result of a month, confirmed by a second person, sent and answered."""

from django.db import models
from django.db.models import F, Q


class CloseState(models.TextChoices):
    """Where a month close stands."""

    CHECKED = "checked", "checked"
    CONFIRMED = "confirmed", "confirmed"
    SENT = "sent", "sent"
    ANSWERED = "answered", "answered"
    DROPPED = "dropped", "dropped"  # checked, but never confirmed


class MonthClose(models.Model):
    """The frozen result of one month of an agreement.

    `document` is canonical JSON with every figure, credit, version and hash; it never changes
    after it was checked: what a second person confirms is its SHA-256. A correction is another
    close that supersedes this one.
    """

    agreement = models.ForeignKey(
        "contracts.Agreement", on_delete=models.PROTECT, related_name="closes"
    )
    month = models.CharField(max_length=7)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=CloseState.choices)
    is_current = models.BooleanField(default=False)  # the one that counts, once confirmed
    supersedes = models.OneToOneField(
        "delivery.MonthClose",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
    )
    reason = models.TextField(blank=True)  # for superseding, or for closing above 2 % unusable
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    tickets = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    checked_by_key = models.CharField(max_length=64)
    checked_at = models.DateTimeField()
    confirmed_by_key = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    record_number = models.BigIntegerField(
        null=True, blank=True
    )  # the record's head when confirmed
    record_hash = models.CharField(max_length=64, blank=True)
    sent_by_key = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answer_due = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "month_close"
        ordering = ("-month", "-number")
        verbose_name = "month close"
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "month", "number"), name="month_close_number_once"
            ),
            models.UniqueConstraint(
                fields=("agreement", "month"),
                condition=Q(is_current=True),
                name="month_close_one_current",
            ),
            models.UniqueConstraint(
                fields=("agreement", "month"),
                condition=Q(state="checked"),
                name="month_close_one_open",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by_key="") | ~Q(confirmed_by_key=F("checked_by_key")),
                name="month_close_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("checked", "dropped")) | Q(confirmed_at__isnull=False),
                name="month_close_confirmed_first",
            ),
        )
        # What waits for somebody is found without opening closes, whose documents are large.
        # A condition on a truth value is one that SQLite finds again in a question; it does not
        # where the value is a parameter.
        indexes = (
            models.Index(
                fields=["state", "month", "agreement"],
                name="month_close_waiting",
                condition=Q(is_current=True),
            ),
            models.Index(
                fields=["state", "answer_due"], name="month_close_due", condition=Q(is_current=True)
            ),
            models.Index(
                fields=["state", "month"], name="month_close_open", condition=Q(is_current=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement.reference} {self.month} statement {self.number}"

    @property
    def record_key(self) -> str:
        """The key by which the record names this close."""
        return f"{self.agreement.reference}/{self.month}/{self.number}"


class ProviderAnswer(models.Model):
    """What the provider says to a statement; the latest answer counts."""

    class Kind(models.TextChoices):
        """What the answer is."""

        AGREED = "agreed", "agreed"
        DISPUTED = "disputed", "disputed"
        SILENT = "silent", "no answer in time"

    close = models.ForeignKey(
        "delivery.MonthClose", on_delete=models.PROTECT, related_name="answers"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    sentence = models.TextField(blank=True)
    disputed_minor = models.BigIntegerField(null=True, blank=True)
    by_key = models.CharField(max_length=64)
    by_side = models.CharField(max_length=10)  # client: recorded from a mail
    mail = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "provider_answer"
        ordering = ("-at", "-id")
        verbose_name = "answer to a statement"
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind="disputed") | ~Q(sentence=""), name="provider_answer_says_why"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.close}"
