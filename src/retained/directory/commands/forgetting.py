"""Forgetting a person: account and personal data go, its acts stay under a key without a name."""

from collections.abc import Collection
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from retained.audit import forgetting
from retained.directory import access
from retained.directory.commands.people import keep_an_administrator
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.directory.queries.forgetting import invitations_of, subject_of
from retained.shared.errors import DomainError


@transaction.atomic
def forget_person(
    person: Person, *, naming: Collection[int] = (), reason: str = "", by: Person, at: datetime
) -> int:
    """Erase a person for ever, and return how many texts of the record were blanked.

    The account goes with everything that hangs on it: address, password, second factors, roles,
    tokens, sessions, invitations. In the record its name goes, the words that it wrote or that
    were written about it, and those of the entries `naming` it. The acts stay, under a key that
    says nothing, so the chain stays whole; the forgetting is itself an entry.
    """
    access.must(by, "forget_people")
    if person.pk == by.pk:
        raise DomainError("You cannot forget yourself. Ask another administrator.")
    if Role.ADMINISTRATOR in person.roles:
        keep_an_administrator(besides=person)
    subject = subject_of(person)
    blanked = forgetting.forget(subject, naming=naming, reason=reason, by=by, at=at)
    invitations_of(person).delete()
    sessions = UserSession.objects.filter(user=person).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(sessions)).delete()
    if not person.delete()[0]:
        raise DomainError("This person was forgotten already. Nothing was changed.")
    return blanked
