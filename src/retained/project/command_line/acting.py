"""`--as EMAIL`: the command line acts as a named person, with that person's rights and no more."""

from collections.abc import Callable
from typing import Any

import click


def acting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--as EMAIL` (or RETAINED_AS) to a command; it is given the person as `by`."""
    return click.option(
        "--as",
        "by",
        metavar="EMAIL",
        envvar="RETAINED_AS",
        required=True,
        callback=_person,
        help="Who does this, by e-mail address (or set RETAINED_AS).",
    )(command)


def _person(_context: click.Context, _parameter: click.Parameter, email: str) -> Any:
    """Return the active person of this e-mail address."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - Django is set up by now

    person = get_user_model().objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise click.BadParameter(f"nobody who may sign in has the address {email}.")
    return person
