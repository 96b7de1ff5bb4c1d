"""The devices on which a person is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from retained.directory.models import Person


@dataclass(frozen=True, slots=True)
class Devices:
    """Where a person is signed in, and what is left of sessions that have ended."""

    signed_in: Sequence[UserSession]
    ended: Sequence[UserSession]


def devices(person: Person) -> Devices:
    """Return the devices of a person: two queries, however many they are."""
    known = list(UserSession.objects.filter(user=person).order_by("created_at"))
    living = _living([one.session_key for one in known], person)
    return Devices(
        [one for one in known if one.session_key in living],
        [one for one in known if one.session_key not in living],
    )


def _living(keys: Sequence[str], person: Person) -> set[str]:
    """Return the sessions that have not lapsed, and that the person's password still opens."""
    hashes = {person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()}
    found = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return {one.session_key for one in found if one.get_decoded().get(HASH_SESSION_KEY) in hashes}
