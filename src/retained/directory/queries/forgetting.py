"""Reads for forgetting a person: what of it is here, and whose other words name it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import F, Func, Q, QuerySet, Subquery

from retained.audit import forgetting
from retained.audit import queries as record
from retained.audit.queries import EntryRow
from retained.directory.models import ApiToken, Invitation, Person

_SHORTEST_PART = 3  # a shorter part of a name stands in too many words
_MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Traces:
    """What of a person is here.

    `naming` are entries of others whose words hold the whole name or the address; `doubtful`
    those that hold a part of the name, which may be somebody else's.
    """

    person: Person
    acts: int
    words: int
    invitations: int
    sessions: int
    tokens: int
    factors: int
    naming: Sequence[EntryRow]
    doubtful: Sequence[EntryRow]


def traces_of(person: Person) -> Traces:
    """Return what of a person is here."""
    subject = subject_of(person)
    naming = forgetting.entries_naming(subject, [person.name, person.email])
    parts = [part for part in person.name.split() if len(part) >= _SHORTEST_PART]
    doubtful = forgetting.entries_naming(subject, parts) - naming
    counts = _counts(
        person,
        acts=subject.acts,
        words=subject.words,
        invitations=invitations_of(person),
        sessions=UserSession.objects.filter(user=person),
        tokens=ApiToken.objects.filter(person=person),
        factors=Authenticator.objects.filter(user=person),
    )
    return Traces(person=person, **counts, naming=_rows(naming), doubtful=_rows(doubtful))


def _counts(person: Person, **rows: QuerySet[Any]) -> dict[str, int]:
    """Return how many rows of each kind there are: one query for all."""
    counted = {
        name: Subquery(found.order_by().annotate(n=Func(F("pk"), function="count")).values("n"))
        for name, found in rows.items()
    }
    found: Any = Person.objects.filter(pk=person.pk).values(**counted).get()
    return dict(found)


def invitations_of(person: Person) -> QuerySet[Invitation]:
    """Return the invitations that were made for a person."""
    return Invitation.objects.filter(Q(email__iexact=person.email) | Q(used_by=person))


def subject_of(person: Person) -> forgetting.Subject:
    """Return whom the record forgets: the person, and the invitations made for it."""
    kind = str(Invitation._meta.verbose_name)
    keys = invitations_of(person).values_list("pk", flat=True)
    return forgetting.Subject(person.actor_key, [(kind, str(key)) for key in keys])


def _rows(entries: Collection[int]) -> Sequence[EntryRow]:
    """Return entries as the record page shows them, the newest first."""
    found = record.entries(record.RecordFilter()).filter(pk__in=entries).order_by("-id")
    return record.entry_rows(list(found[:_MOST_ENTRIES]))
