"""The table of stored files: what came, from whom, and the hash that proves it unchanged."""

import secrets

from django.db import models


def random_key() -> str:
    """Return a name that nobody can guess: 192 random bits."""
    return secrets.token_urlsafe(24)


class StoredFile(models.Model):
    """One file as it came. Content never changes: another content is another file.

    The key is random and is the name on the disk; the original name is only ever shown.
    Knowing a key opens nothing: each stage's `access` decides who may read.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=32, unique=True, default=random_key, editable=False)
    folder = models.SlugField(max_length=40)
    original_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by_key = models.CharField(max_length=64)

    class Meta:
        db_table = "stored_file"
        ordering = ("-id",)
        verbose_name = "file"
        indexes = (models.Index(fields=["sha256"], name="stored_file_sha256"),)

    def __str__(self) -> str:
        """Return the name that the file came with."""
        return self.original_name
