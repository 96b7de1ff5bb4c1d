"""Forgetting devices on which somebody is signed in no longer."""

from collections.abc import Sequence

from allauth.usersessions.models import UserSession


def forget_ended(ended: Sequence[UserSession]) -> None:
    """Forget what is left of sessions that have ended; it opens nothing, and is not recorded."""
    if ended:
        UserSession.objects.filter(pk__in=[one.pk for one in ended]).delete()
