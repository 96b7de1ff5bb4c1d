"""Tables of people, of the roles that they hold, and of the second factor that a role asks for."""

import uuid
from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from retained.directory.engine.roles import CLIENT_ROLES, PROVIDER_ROLES, Role, Side


def _new_actor_key() -> str:
    """Return an opaque key that says nothing about the person."""
    return uuid.uuid4().hex


class PersonManager(BaseUserManager["Person"]):
    """Reads people with their organisation: every page and every rule needs it."""

    def get_queryset(self) -> models.QuerySet["Person"]:
        """Return people, each with its organisation in the same query."""
        return super().get_queryset().select_related("organisation")

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person of an e-mail address, in whatever case it was typed."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody who may sign in, in exactly one organisation."""

    email = models.EmailField(max_length=254, unique=True)  # always in lower case
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(
        "directory.Organisation", on_delete=models.PROTECT, related_name="people"
    )
    is_active = models.BooleanField(default=True)
    # What the record holds of a person: stable, and nothing that would have to be erased.
    actor_key = models.CharField(max_length=32, unique=True, default=_new_actor_key, editable=False)
    created_at = models.DateTimeField()
    session_epoch = models.PositiveIntegerField(default=0)  # counting up ends every session
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        db_table = "person"
        ordering = ("name", "email")
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = (
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="person_email_lower_case"
            ),
            models.CheckConstraint(condition=~Q(email=""), name="person_has_email"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def record_key(self) -> str:
        """The key by which the record names this person."""
        return self.actor_key

    @property
    def actor_label(self) -> str:
        """The name that pages of the record show; it is kept outside the chain."""
        return self.name

    @property
    def side(self) -> Side:
        """The side on which this person sits."""
        return self.organisation.side

    @cached_property
    def grants(self) -> tuple["RoleGrant", ...]:
        """Return the roles held, read once per object."""
        return tuple(self.role_grants.all())

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held, wherever they reach."""
        return frozenset(Role(grant.role) for grant in self.grants)

    def get_session_auth_hash(self) -> str:
        """Return what a session must carry: it changes with the password and with the epoch."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Return the same under each secret key that is being phased out."""
        return (self._session_hash(key) for key in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: str | bytes) -> str:
        """Return the hash of password and epoch under one secret key."""
        content = f"{self.password}:{self.session_epoch}"
        return salted_hmac(
            "retained.directory.session", content, secret=secret, algorithm="sha256"
        ).hexdigest()

    def get_short_name(self) -> str:
        """Return the first word of the name."""
        return self.name.split(" ", 1)[0]


_SIDES = Q(side="client", role__in=sorted(CLIENT_ROLES)) | Q(
    side="provider", role__in=sorted(PROVIDER_ROLES)
)


class RoleGrant(models.Model):
    """One role of one person, for every agreement or for a named one."""

    person = models.ForeignKey(
        "directory.Person", on_delete=models.CASCADE, related_name="role_grants"
    )
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])
    # A copy of the organisation's side; a trigger holds it equal (migration 0002).
    side = models.CharField(max_length=8)
    agreement_reference = models.CharField(max_length=80, blank=True)  # blank: every agreement
    granted_at = models.DateTimeField()

    class Meta:
        db_table = "role_grant"
        ordering = ("role", "agreement_reference")
        verbose_name = "role"
        constraints = (
            models.UniqueConstraint(
                fields=("person", "role", "agreement_reference"), name="role_grant_once"
            ),
            models.CheckConstraint(condition=_SIDES, name="role_grant_on_its_side"),
            models.CheckConstraint(
                condition=Q(agreement_reference="") | ~Q(role__in=("administrator", "auditor")),
                name="role_grant_limit_allowed",
            ),
        )

    def __str__(self) -> str:
        label = Role(self.role).label
        return f"{label} of {self.agreement_reference}" if self.agreement_reference else label


class SecondFactorRule(models.Model):
    """Whether people of a role must have a second factor before they do anything else."""

    role = models.CharField(
        max_length=20, unique=True, choices=[(role.value, role.label) for role in Role]
    )
    required = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "second_factor_rule"
        ordering = ("role",)
        verbose_name = "second factor rule"

    def __str__(self) -> str:
        return Role(self.role).label
