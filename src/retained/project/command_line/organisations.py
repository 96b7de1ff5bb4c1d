"""`retained organisation` and `retained goal`: the directory from the command line."""

from datetime import datetime
from typing import Any

import click

from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.shared import clock

_COLUMNS = ("slug", "kind", "name", "country", "time_zone", "parent")
_PARTS = ("part", "name", "country", "detail")
_GOALS = ("id", "kind", "name", "weight", "share", "starts_on", "ends_on", "meaning")
_Day = click.DateTime(["%Y-%m-%d"])


@click.group(
    epilog="""\b
Examples:
  retained organisation list --as anna@bank.example
  retained organisation show brightdesk --as anna@bank.example
  retained organisation add "Corvale" --country NL --zone Europe/Amsterdam --as anna@bank.example
  retained organisation add "Deep Links" --works-for corvale --as anna@bank.example
  retained organisation edit corvale --country BE --as anna@bank.example
"""
)
def organisation() -> None:
    """List, show, add and change organisations."""


@organisation.command("list")
@acting
@format_option
def list_organisations(*, by: Any, format_name: str) -> None:
    """List the organisations that you may know of."""
    from retained.directory.queries.plain import organisation_rows  # noqa: PLC0415 - set up now

    show(organisation_rows(by), format_name, columns=_COLUMNS)


@organisation.command("show")
@click.argument("slug")
@acting
@format_option
def show_organisation(*, slug: str, by: Any, format_name: str) -> None:
    """Show legal entities and sites of an organisation, and who works for it."""
    from retained.directory import access  # noqa: PLC0415 - Django is set up now
    from retained.directory.queries.plain import organisation_page  # noqa: PLC0415 - the same

    page = organisation_page(by, access.organisation_to_read(by, slug))
    rows = [
        {"part": "legal entity", "name": one.name, "country": one.country, "detail": one.lei}
        for one in page["legal_entities"]
    ]
    rows += [
        {"part": "site", "name": one.name, "country": one.country, "detail": one.time_zone}
        for one in page["sites"]
    ]
    rows += [
        {"part": f"rank {one['rank']}", "name": one["name"], "country": "",
         "detail": f"works for {one['works_for']}"}
        for one in page["chain"]
    ]  # fmt: skip
    show(rows, format_name, columns=_PARTS)


@organisation.command("add")
@click.argument("name")
@click.option("--country", default="", help="Two letters, such as NL.")
@click.option("--zone", default="UTC", show_default=True, help="Such as Europe/Amsterdam.")
@click.option("--works-for", "parent", default="", help="A subcontractor of this organisation.")
@acting
@format_option
def add(*, name: str, country: str, zone: str, parent: str, by: Any, format_name: str) -> None:
    """Add a provider, or with --works-for a subcontractor."""
    from retained.directory import access  # noqa: PLC0415 - Django is set up now
    from retained.directory.commands import organisations as commands  # noqa: PLC0415 - the same
    from retained.directory.queries.plain import organisation_row  # noqa: PLC0415 - the same

    details = commands.OrganisationDetails(name, zone, country)
    if parent:
        above = access.organisation_to_edit(by, parent)
        made = commands.add_subcontractor(above, details, by=by, at=clock.now())
    else:
        made = commands.add_provider(details, by=by, at=clock.now())
    show([organisation_row(made)], format_name, columns=_COLUMNS)


@organisation.command("edit")
@click.argument("slug")
@click.option("--name", help="A new name; the address of its page stays.")
@click.option("--country", help="Two letters, such as NL.")
@click.option("--zone", help="Such as Europe/Amsterdam.")
@acting
@format_option
def edit(
    *, slug: str, name: str | None, country: str | None, zone: str | None, by: Any,
    format_name: str,
) -> None:  # fmt: skip
    """Change an organisation; what is not named stays as it is."""
    from retained.directory import access  # noqa: PLC0415 - Django is set up now
    from retained.directory.commands import organisations as commands  # noqa: PLC0415 - the same
    from retained.directory.queries.plain import organisation_row  # noqa: PLC0415 - the same

    found = access.organisation_to_edit(by, slug)
    details = commands.OrganisationDetails(
        found.name if name is None else name,
        found.time_zone if zone is None else zone,
        found.country if country is None else country,
    )
    made = commands.edit_organisation(found, details, version=found.version, by=by, at=clock.now())
    show([organisation_row(made)], format_name, columns=_COLUMNS)


@organisation.command("add-legal-entity")
@click.argument("slug")
@click.argument("name")
@click.option("--lei", default="", help="Its legal entity identifier, twenty characters.")
@click.option("--country", default="", help="Two letters, such as NL.")
@acting
def add_legal_entity(*, slug: str, name: str, lei: str, country: str, by: Any) -> None:
    """Add a company in law to an organisation."""
    from retained.directory import access  # noqa: PLC0415 - Django is set up now
    from retained.directory.commands import organisations as commands  # noqa: PLC0415 - the same

    found = access.organisation_to_read(by, slug)
    details = commands.LegalEntityDetails(name, lei, country)
    made = commands.add_legal_entity(found, details, by=by, at=clock.now())
    click.echo(f"{made} is added to {found}.")


@organisation.command("add-site")
@click.argument("slug")
@click.argument("name")
@click.option("--zone", required=True, help="Such as Europe/Amsterdam.")
@click.option("--country", default="", help="Two letters, such as NL.")
@acting
def add_site(*, slug: str, name: str, zone: str, country: str, by: Any) -> None:
    """Add a place where an organisation works."""
    from retained.directory import access  # noqa: PLC0415 - Django is set up now
    from retained.directory.commands import organisations as commands  # noqa: PLC0415 - the same

    found = access.organisation_to_edit(by, slug)
    details = commands.SiteDetails(name, zone, country)
    made = commands.add_site(found, details, by=by, at=clock.now())
    click.echo(f"{made} is added to {found}.")


@click.group(
    epilog="""\b
Examples:
  retained goal list --as anna@bank.example
  retained goal add goal "Cheaper desk" --weight 40 --from 2026-01-01 --as anna@bank.example
  retained goal edit 3 --weight 50 --as anna@bank.example
"""
)
def goal() -> None:
    """List, add and change goals and values."""


@goal.command("list")
@acting
@format_option
def list_goals(*, by: Any, format_name: str) -> None:
    """List goals and values, with their shares today."""
    from retained.directory.queries.plain import goal_rows  # noqa: PLC0415 - Django is set up now

    show(goal_rows(by, on=clock.now().date()), format_name, columns=_GOALS)


@goal.command("add")
@click.argument("kind", type=click.Choice(["goal", "value"]))
@click.argument("name")
@click.option("--meaning", default="", help="How people know that it is reached or kept to.")
@click.option("--weight", type=click.IntRange(1, 100), required=True, help="Points, 1 to 100.")
@click.option("--from", "starts_on", type=_Day, required=True, help="The first day it holds.")
@acting
@format_option
def add_goal(
    *, kind: str, name: str, meaning: str, weight: int, starts_on: datetime, by: Any,
    format_name: str,
) -> None:  # fmt: skip
    """Add what the company wants to reach (goal) or to keep to (value)."""
    from retained.directory.commands import goals as commands  # noqa: PLC0415 - set up now

    details = commands.GoalDetails(kind, name, meaning, weight, starts_on.date())
    made = commands.add_goal(details, by=by, at=clock.now())
    _show_goal(by, made.pk, format_name)


@goal.command("edit")
@click.argument("key", type=int, metavar="ID")
@click.option("--weight", type=click.IntRange(1, 100), help="Points, 1 to 100.")
@click.option("--meaning", help="How people know that it is reached or kept to.")
@click.option("--until", "ends_on", type=_Day, help="The first day on which it no longer holds.")
@acting
@format_option
def edit_goal(
    *, key: int, weight: int | None, meaning: str | None, ends_on: datetime | None, by: Any,
    format_name: str,
) -> None:  # fmt: skip
    """Change a goal or value; what is not named stays as it is."""
    from retained.directory import access  # noqa: PLC0415 - Django is set up now
    from retained.directory.commands import goals as commands  # noqa: PLC0415 - the same

    found = access.goal_to_edit(by, key)
    details = commands.GoalDetails(
        found.kind,
        found.name,
        found.meaning if meaning is None else meaning,
        found.weight if weight is None else weight,
        found.starts_on,
        ends_on.date() if ends_on else found.ends_on,
    )
    commands.edit_goal(found, details, version=found.version, by=by, at=clock.now())
    _show_goal(by, key, format_name)


def _show_goal(by: Any, key: int, format_name: str) -> None:
    from retained.directory.queries.plain import goal_row  # noqa: PLC0415 - Django is set up now

    show([goal_row(by, key, on=clock.now().date())], format_name, columns=_GOALS)
