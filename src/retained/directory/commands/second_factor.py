"""The command that says which roles must have a second factor."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from retained.audit.record import record
from retained.directory import access
from retained.directory.engine.roles import Role
from retained.directory.models import Person, SecondFactorRule


@transaction.atomic
def require_second_factor(roles: Collection[Role], *, by: Person, at: datetime) -> None:
    """Ask a second factor of exactly these roles, from their holders' next request on."""
    access.must(by, "look_after_people")
    required = SecondFactorRule.objects.filter(required=True)
    before = sorted(required.values_list("role", flat=True))
    for role in Role:
        SecondFactorRule.objects.update_or_create(role=role, defaults={"required": role in roles})
    obj = ("second factor rule", "roles", "Second factor by role")
    after = sorted(roles)
    record("set", obj, by=by, at=at, before={"required": before}, after={"required": after})
