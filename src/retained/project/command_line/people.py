"""`retained people`: who may come in, from the command line."""

from collections.abc import Sequence
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.shared import clock

EXAMPLES = """\b
Examples:
  retained people list --format csv
  retained people invite --as anna@bank.example --to brightdesk --role account_manager \\
      --name "Noor Haddad" noor@brightdesk.example
  retained people grant --as anna@bank.example --role finance --agreement SD-2026 tom@bank.example
  retained people forget --as anna@bank.example --entry 480 tom@bank.example
  retained people first-administrator
"""


@click.group(epilog=EXAMPLES)
def people() -> None:
    """List, invite, equip and forget people."""


@people.command("list")
@format_option
@acting
def list_people(*, by: Any, format_name: str) -> None:
    """List the people whom you may know of."""
    from retained.directory.queries import people as queries  # noqa: PLC0415 - needs the settings

    rows = queries.person_rows(queries.people(by, {}))
    columns = ("name", "email", "organisation", "roles", "factors", "state")
    show(
        [{name: getattr(row, name) for name in columns} for row in rows],
        format_name,
        columns=columns,
    )


@people.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--to", "slug", required=True, help="The organisation, as in its page's address.")
@click.option("--role", "role_name", required=True, help="The role, such as service_manager.")
@click.option("--agreement", "agreements", multiple=True, help="Limit the role to this agreement.")
@acting
def invite(
    *, by: Any, email: str, name: str, slug: str, role_name: str, agreements: Sequence[str]
) -> None:
    """Make the one-time link by which somebody joins, and print it."""
    from retained.directory import access  # noqa: PLC0415 - needs the settings
    from retained.directory.commands import invitations  # noqa: PLC0415

    organisation = access.organisation_to_read(by, slug)
    guest = invitations.Guest(email, name, _role(role_name), agreements)
    click.echo(invitations.invite(organisation, guest, by=by, at=clock.now()).url)


@people.command("grant")
@click.argument("email")
@click.option("--role", "role_name", required=True, help="The role, such as service_manager.")
@click.option("--agreement", default="", help="Limit the role to this agreement.")
@acting
def grant(*, by: Any, email: str, role_name: str, agreement: str) -> None:
    """Give a role to a person."""
    from retained.directory.commands import people as commands  # noqa: PLC0415 - needs the settings

    person = _person_of(by, email)
    role = _role(role_name)
    commands.grant_role(person, role, agreement_reference=agreement, by=by, at=clock.now())
    click.echo(f"{person} is now {role.label.lower()}.")


@people.command("forget")
@click.argument("email")
@click.option("--entry", "numbers", multiple=True, type=int, help="Seal number of more words.")
@click.option("--reason", default="", help="Why, without naming the person.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@acting
def forget(*, by: Any, email: str, numbers: Sequence[int], reason: str, yes: bool) -> None:
    """Erase a person for ever; what it did stays under a key without a name.

    Words of others that hold the whole name or the address go too; those that hold a part of the
    name are listed with their seal numbers: name the right ones with --entry.
    """
    from retained.audit.forgetting import entries_numbered  # noqa: PLC0415 - needs the settings
    from retained.directory import access  # noqa: PLC0415
    from retained.directory.commands.forgetting import forget_person  # noqa: PLC0415
    from retained.directory.queries.forgetting import traces_of  # noqa: PLC0415

    person = access.person_to_forget(by, _person_of(by, email).actor_key)
    named, traces = entries_numbered(numbers), traces_of(person)
    _tell(traces)
    if not yes:
        click.confirm(f"Forget {person} for ever?", abort=True)
    naming = named | {row.id for row in traces.naming}
    blanked = forget_person(person, naming=naming, reason=reason, by=by, at=clock.now())
    click.echo(f"Forgotten: {blanked} texts of the record are blank, its chain is whole.")


def _tell(traces: Any) -> None:
    """Print what goes, what stays, and which words may name the person."""
    click.echo(
        f"Goes: the account, {traces.factors} second factors, {traces.tokens} tokens, "
        f"{traces.sessions} devices, {traces.invitations} invitations, the name, and "
        f"{traces.words} texts of the record with {len(traces.naming)} of others that name it."
    )
    click.echo(f"Stays: {traces.acts} acts in the record, uploaded files, evidence, backups.")
    for row in traces.doubtful:
        words = "; ".join([*map(str, row.changes), row.reason]).strip("; ")
        click.echo(f"  {row.number or 'not sealed yet'}: {row.verb} {row.label}: {words}")


def _person_of(by: Any, email: str) -> Any:
    """Return the person of an address whom `by` may know of."""
    from retained.directory import access  # noqa: PLC0415 - needs the settings

    person = access.people_to_read(by).filter(email=email.lower()).first()
    if person is None:
        raise click.BadParameter(f"nobody here has the address {email}.")
    return person


@people.command("revoke")
@click.argument("email")
@click.option("--role", "role_name", required=True, help="The role, such as service_manager.")
@click.option("--agreement", default="", help="The agreement that the role is limited to.")
@acting
def revoke(*, by: Any, email: str, role_name: str, agreement: str) -> None:
    """Take a role from a person; it acts on that person's next request."""
    from retained.directory.commands import people as commands  # noqa: PLC0415
    from retained.directory.queries import plain  # noqa: PLC0415

    person = _person(by, email)
    held = plain.grant_of(person, _role(role_name), agreement)
    commands.revoke_role(held, by=by, at=clock.now())
    click.echo(f"{person} is {held.role.replace('_', ' ')} no longer.")


@people.command("deactivate")
@click.argument("email")
@click.option("--reason", default="", help="Why.")
@acting
def deactivate(*, by: Any, email: str, reason: str) -> None:
    """Close the door to a person: sessions and tokens end with their next request."""
    from retained.directory.commands import people as commands  # noqa: PLC0415

    person = _person(by, email)
    commands.deactivate(person, reason=reason, by=by, at=clock.now())
    click.echo(f"The account of {person} is closed.")


@people.command("reactivate")
@click.argument("email")
@acting
def reactivate(*, by: Any, email: str) -> None:
    """Open the door again; old sessions stay ended."""
    from retained.directory.commands import people as commands  # noqa: PLC0415

    person = _person(by, email)
    commands.reactivate(person, by=by, at=clock.now())
    click.echo(f"The account of {person} is open again.")


@people.command("first-administrator")
def first_administrator() -> None:
    """Print a new one-time link for the first administrator; older ones stop working."""
    from retained.directory.commands import invitations  # noqa: PLC0415 - needs the settings

    click.echo(invitations.first_administrator_link(at=clock.now()).url)


def _person(by: Any, email: str) -> Any:
    """Return the person of that address, for somebody who looks after people."""
    from retained.directory import access  # noqa: PLC0415 - needs the settings

    access.must(by, "look_after_people")
    person = access.people_to_read(by).filter(email=email.lower()).first()
    if person is None:
        raise click.BadParameter(f"nobody here has the address {email}.")
    return person


def _role(name: str) -> Any:
    """Return the role of that name, or say which there are."""
    from retained.directory.engine.roles import Role  # noqa: PLC0415 - stays lazy with the rest

    if name not in set(Role):
        raise click.BadParameter(f"“{name}” is no role; there are {', '.join(Role)}.")
    return Role(name)
