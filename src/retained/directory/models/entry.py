"""Tables of the ways in: invitations for people, tokens for machines. Only hashes are kept."""

from django.db import models
from django.db.models import F, Q

from retained.directory.engine.roles import Role


class Invitation(models.Model):
    """A link that may be used once, by one e-mail address, to enter one organisation."""

    class Purpose(models.TextChoices):
        """What using the link does."""

        JOIN = "join", "Join as a new person"
        FIRST_ADMINISTRATOR = "first_administrator", "Set up the installation"
        NEW_PASSWORD = "new_password", "Choose a new password"

    purpose = models.CharField(max_length=20, choices=Purpose.choices, default=Purpose.JOIN)
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of the link's secret
    email = models.EmailField(max_length=254, blank=True)  # blank: the first administrator's own
    name = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(
        "directory.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
    )
    role = models.CharField(
        max_length=20, blank=True, choices=[(role.value, role.label) for role in Role]
    )
    agreement_references = models.JSONField(default=list, blank=True)  # none: every agreement
    invited_by_key = models.CharField(max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        "directory.Person",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations_used",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "invitation"
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(purpose="first_administrator")
                | (Q(organisation__isnull=False) & ~Q(email="")),
                name="invitation_bound",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_used_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="invitation_expires"
            ),
            # One open link a person and organisation: a newer one withdraws the older.
            models.UniqueConstraint(
                fields=("email", "purpose"),
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


class ApiToken(models.Model):
    """A machine's key to the API: it acts as its person, and never beyond that person's roles."""

    class Scope(models.TextChoices):
        """What the token may do at most."""

        READ = "read", "Read"
        WRITE = "write", "Read and write"

    person = models.ForeignKey(
        "directory.Person", on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)  # readable, so that people can tell tokens apart
    secret_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of the whole token
    scope = models.CharField(max_length=5, choices=Scope.choices, default=Scope.READ)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_token"
        ordering = ("-created_at", "-id")
        verbose_name = "API token"
        constraints = (
            models.UniqueConstraint(
                fields=("person", "name"),
                condition=Q(revoked_at__isnull=True),
                name="api_token_name_once",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_token_expires"
            ),
        )

    def __str__(self) -> str:
        return self.name
