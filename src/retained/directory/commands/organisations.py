"""Commands about organisations, their legal entities and their sites."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils.text import slugify

from retained.audit.actors import Actor
from retained.audit.record import record
from retained.directory import access
from retained.directory.countries import COUNTRIES
from retained.directory.engine.lei import parse_lei
from retained.directory.models import LegalEntity, Organisation, Person, Site
from retained.directory.versions import only_once, save_version
from retained.shared.errors import DomainError

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class OrganisationDetails:
    """What people write about an organisation."""

    name: str
    time_zone: str = "UTC"
    country: str = ""


@dataclass(frozen=True, slots=True)
class LegalEntityDetails:
    """What people write about a legal entity."""

    name: str
    lei: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class SiteDetails:
    """What people write about a site."""

    name: str
    time_zone: str
    country: str = ""


@transaction.atomic
def found_client(details: OrganisationDetails, *, by: Actor, at: datetime) -> Organisation:
    """Create the one client organisation; a set-up does this before there is any person."""
    if Organisation.objects.filter(kind=Organisation.Kind.CLIENT).exists():
        raise DomainError("This installation has its client organisation already. Edit that one.")
    return _add(Organisation.Kind.CLIENT, details, None, by=by, at=at)


@transaction.atomic
def add_provider(details: OrganisationDetails, *, by: Person, at: datetime) -> Organisation:
    """Create a provider: a company that does work for the client."""
    access.must(by, "edit_organisations")
    return _add(Organisation.Kind.PROVIDER, details, None, by=by, at=at)


@transaction.atomic
def add_subcontractor(
    parent: Organisation, details: OrganisationDetails, *, by: Person, at: datetime
) -> Organisation:
    """Create a company that works for `parent`: the next link of the chain."""
    access.must(by, "edit_organisations")
    if parent.kind == Organisation.Kind.CLIENT:
        raise DomainError("A company that works for the client itself is a provider: add it there.")
    return _add(Organisation.Kind.SUBCONTRACTOR, details, parent, by=by, at=at)


@transaction.atomic
def edit_organisation(
    organisation: Organisation,
    details: OrganisationDetails,
    *,
    version: int,
    by: Person,
    at: datetime,
) -> Organisation:
    """Change name, zone and country; the address of its page stays as it was."""
    access.must(by, "edit_organisations")
    values = {
        "name": _name(details.name),
        "time_zone": _zone(details.time_zone),
        "country": _country(details.country),
    }
    with only_once(f"There is an organisation named {details.name} already."):
        change = save_version(organisation, values, version=version)
    record("edited", organisation, by=by, at=at, before=change.before, after=change.after)
    return organisation


@transaction.atomic
def add_legal_entity(
    organisation: Organisation, details: LegalEntityDetails, *, by: Person, at: datetime
) -> LegalEntity:
    """Add a company in law to an organisation."""
    access.must(by, "edit_legal_entities")
    values = _legal_entity_values(details)
    with only_once(_entity_clash(organisation, details)):
        entity = LegalEntity.objects.create(organisation=organisation, **values)
    record("added", entity, by=by, at=at, after={**values, "organisation": organisation.slug})
    return entity


@transaction.atomic
def edit_legal_entity(
    entity: LegalEntity, details: LegalEntityDetails, *, version: int, by: Person, at: datetime
) -> LegalEntity:
    """Change a legal entity."""
    access.must(by, "edit_legal_entities")
    with only_once(_entity_clash(entity.organisation, details)):
        change = save_version(entity, _legal_entity_values(details), version=version)
    record("edited", entity, by=by, at=at, before=change.before, after=change.after)
    return entity


@transaction.atomic
def add_site(organisation: Organisation, details: SiteDetails, *, by: Person, at: datetime) -> Site:
    """Add a place where an organisation works."""
    access.must(by, "edit_organisations")
    values = _site_values(details)
    with only_once(f"{organisation} has a site named {details.name} already."):
        site = Site.objects.create(organisation=organisation, **values)
    record("added", site, by=by, at=at, after={**values, "organisation": organisation.slug})
    return site


@transaction.atomic
def edit_site(site: Site, details: SiteDetails, *, version: int, by: Person, at: datetime) -> Site:
    """Change a site."""
    access.must(by, "edit_organisations")
    with only_once(f"{site.organisation} has a site named {details.name} already."):
        change = save_version(site, _site_values(details), version=version)
    record("edited", site, by=by, at=at, before=change.before, after=change.after)
    return site


def _add(
    kind: Organisation.Kind,
    details: OrganisationDetails,
    parent: Organisation | None,
    *,
    by: Actor,
    at: datetime,
) -> Organisation:
    """Create an organisation and record it."""
    with only_once(f"There is an organisation named {details.name} already."):
        organisation = Organisation.objects.create(
            kind=kind,
            name=_name(details.name),
            slug=_free_slug(details.name),
            time_zone=_zone(details.time_zone),
            country=_country(details.country),
            parent=parent,
            created_at=at,
        )
    after = {
        "kind": organisation.kind,
        "name": organisation.name,
        "time_zone": organisation.time_zone,
        "country": organisation.country,
        "works_for": parent.slug if parent else None,
    }
    record("added", organisation, by=by, at=at, after=after)
    return organisation


def _free_slug(name: str) -> str:
    """Return an address for the organisation's page that no other one has."""
    stem = slugify(name)[:70] or "organisation"
    # "new" is the address of the form.
    taken = {
        "new",
        *Organisation.objects.filter(slug__startswith=stem).values_list("slug", flat=True),
    }
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


def _name(text: str) -> str:
    """Return a name without blanks around it, or raise DomainError."""
    name = text.strip()
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise DomainError(f"A name has 1 to {_LONGEST_NAME} letters.")
    return name


def _country(code: str) -> str:
    """Return a country as two capital letters, nothing for nothing, or raise DomainError."""
    found = code.strip().upper()
    if found and found not in dict(COUNTRIES):
        raise DomainError(f"“{code}” is no country: write two letters such as NL.")
    return found


def _zone(name: str) -> str:
    """Return the name of a time zone, or raise DomainError."""
    if name not in available_timezones():
        raise DomainError(f"“{name}” is no time zone: write one such as Europe/Amsterdam.")
    return ZoneInfo(name).key


def _legal_entity_values(details: LegalEntityDetails) -> dict[str, str]:
    """Return the columns of a legal entity."""
    lei = parse_lei(details.lei) if details.lei.strip() else ""
    return {"name": _name(details.name), "lei": lei, "country": _country(details.country)}


def _entity_clash(organisation: Organisation, details: LegalEntityDetails) -> str:
    """Return what to say when the database finds the name or the identifier taken."""
    return (
        f"{organisation} has a legal entity named {details.name} already, or another legal "
        "entity has this identifier. Look it up in the list before you add it again."
    )


def _site_values(details: SiteDetails) -> dict[str, str]:
    """Return the columns of a site."""
    return {
        "name": _name(details.name),
        "time_zone": _zone(details.time_zone),
        "country": _country(details.country),
    }
