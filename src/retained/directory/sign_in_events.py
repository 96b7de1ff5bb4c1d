"""What django-allauth tells of accounts, written into the record: sign-ins, factors, passwords."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_out
from django.db import transaction

from retained.audit.record import record
from retained.directory.models import Person
from retained.shared import clock

_ACCOUNT = {
    account.user_logged_in: "signed in",
    account.password_changed: "changed the password of",
    account.password_reset: "reset the password of",
    account.password_set: "set the password of",
    user_logged_out: "signed out",
}
_FACTORS = {
    mfa.authenticator_added: "added a second factor to",
    mfa.authenticator_removed: "removed a second factor of",
    mfa.authenticator_reset: "renewed a second factor of",
}


def connect() -> None:
    """Hear of every event, once."""
    for signal in _ACCOUNT:
        signal.connect(_note_account, dispatch_uid="record")
    for signal in _FACTORS:
        signal.connect(_note_factor, dispatch_uid="record")


def _note_account(*, signal: Any, user: Person | None, **_more: Any) -> None:
    """Record what a person did to the own account."""
    if user is not None:
        _write(_ACCOUNT[signal], user, {})


def _note_factor(*, signal: Any, user: Person, authenticator: Any, **_more: Any) -> None:
    """Record a second factor by its kind; its secret stays where it is."""
    _write(_FACTORS[signal], user, {"kind": authenticator.type})


def _write(verb: str, person: Person, after: dict[str, object]) -> None:
    """Write one entry, in a transaction of its own where none is open."""
    with transaction.atomic():
        record(verb, person, by=person, at=clock.now(), after=after or None)
