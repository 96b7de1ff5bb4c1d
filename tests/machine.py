"""A machine that speaks to the API with a token of its person."""

from datetime import timedelta

from django.test import Client

from retained.directory.commands.tokens import make_token
from retained.directory.models import ApiToken, Person
from retained.shared import clock


def machine_of(person: Person, scope: str = ApiToken.Scope.WRITE) -> Client:
    """Return a client that sends a new token of `person` with every request."""
    made = make_token(
        name=f"test {ApiToken.objects.count()}",
        scope=ApiToken.Scope(scope),
        life=timedelta(days=30),
        by=person,
        at=clock.now(),
    )
    return Client(headers={"Authorization": f"Bearer {made.secret}"})
