"""Tables of the record: entries and seals, append-only, and the erasable words beside them."""

from django.db import models


class Entry(models.Model):
    """One act: who did what to which object, when, and what changed.

    Nothing personal stands here, because nothing here can ever be taken out: people are keys,
    and free text is a salted hash of a `Text`.
    `before` and `after` are canonical JSON kept as text: a database's own JSON type would
    rewrite numbers and key order, and the hash must see the same bytes for ever.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_key = models.CharField(max_length=64)
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=60)
    object_key = models.CharField(max_length=120)
    object_label = models.CharField(max_length=200)
    before = models.TextField()
    after = models.TextField()
    reason_hash = models.CharField(max_length=64)

    class Meta:
        db_table = "record_entry"
        ordering = ("id",)
        verbose_name_plural = "entries"
        # Each list of the record page filters by one of these and pages backwards by id.
        indexes = (
            models.Index(fields=["actor_key", "id"], name="record_entry_actor"),
            models.Index(fields=["verb", "id"], name="record_entry_verb"),
            models.Index(fields=["object_kind", "object_key", "id"], name="record_entry_object"),
            models.Index(fields=["at", "id"], name="record_entry_at"),
        )

    def __str__(self) -> str:
        """Return the act as one line."""
        return f"{self.id}: {self.verb} {self.object_kind} {self.object_key}"


class Seal(models.Model):
    """A link of the chain: the hash of one entry and of every entry before it.

    The primary key is the link's number, so two sealers at once cannot fork the chain: the
    second one breaks on it. `entry_id` is a plain number and no foreign key: a removed entry
    must be found by verification, never prevented or cascaded away here.
    """

    number = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    sealed_at = models.DateTimeField()
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        db_table = "record_seal"
        ordering = ("number",)

    def __str__(self) -> str:
        """Return number and the beginning of the hash."""
        return f"{self.number}:{self.hash[:12]}"


class Text(models.Model):
    """Words that may hold personal data; the chain keeps only their salted hash.

    `place` says which words of the entry: `reason`, or a path such as `after.email`.
    Forgetting blanks text and salt: without the salt a short text cannot be guessed back.
    """

    id = models.BigAutoField(primary_key=True)
    entry_id = models.BigIntegerField()
    place = models.CharField(max_length=200)
    salt = models.CharField(max_length=32)
    text = models.TextField()
    blanked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "record_text"
        constraints = (
            models.UniqueConstraint(fields=["entry_id", "place"], name="record_text_place"),
        )

    def __str__(self) -> str:
        """Return where the words belong."""
        return f"{self.entry_id}: {self.place}"


class ActorLabel(models.Model):
    """The name under which an actor last acted or was acted upon; blank once forgotten."""

    actor_key = models.CharField(max_length=64, primary_key=True)
    label = models.CharField(max_length=200)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "record_actor"
        ordering = ("label",)

    def __str__(self) -> str:
        """Return the name, or the key where it was forgotten."""
        return self.label or self.actor_key


class Verification(models.Model):
    """One look at the whole record: what it found, and where the head was kept.

    Of `heads_compared` kept heads `heads_failing` do not fit and are not explained.
    `kept_in` is the file that the head was added to, blank where that failed; `remark` says what
    else a person should know, such as why. `mailed_to` counts the people to whom the head went.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    asked_by_key = models.CharField(max_length=64)
    whole = models.BooleanField()
    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    sentence = models.CharField(max_length=500)
    faults = models.JSONField(default=list)
    heads_compared = models.IntegerField()
    heads_failing = models.IntegerField()
    kept_in = models.CharField(max_length=500, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    mailed_to = models.IntegerField(default=0)

    class Meta:
        db_table = "record_verification"
        ordering = ("-id",)

    def __str__(self) -> str:
        """Return what was found."""
        return self.sentence
