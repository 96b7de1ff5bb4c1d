"""Writes of IT functions: add, change the terms, move in the tree, retire, take from the catalogue.

Of the tree, the parent stands in the terms, as all else does; the row repeats it.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from retained.audit.record import record
from retained.directory import access as directory_access
from retained.directory.models import LegalEntity, Organisation, Person, Site
from retained.directory.versions import only_once, save_version
from retained.shared.errors import DomainError
from retained.strategy.engine.catalogue import catalogue, with_those_above
from retained.strategy.engine.function_files import with_fields, write_function
from retained.strategy.engine.function_terms import FunctionTerms
from retained.strategy.models import BusinessFunction, FunctionVersion, ItFunction
from retained.strategy.queries.portfolio import newest_version

# Addresses of pages, beside those of functions.
RESERVED = frozenset({"new", "import", "catalogue", "business", "schema"})


@transaction.atomic
def add_function(terms: FunctionTerms, *, by: Person, at: datetime, note: str = "") -> ItFunction:
    """Add an IT function with the first version of what is known of it."""
    directory_access.must(by, "change_functions")
    if terms.reference.lower() in RESERVED:
        raise DomainError(f"reference: “{terms.reference}” is a word of this product's own pages.")
    _must_be_known(terms)
    with only_once(f"There is an IT function {terms.reference} already: change that one."):
        function = ItFunction.objects.create(
            reference=terms.reference,
            title=terms.title,
            parent=_parent_in(terms),
            performer=terms.performer,
            created_at=at,
        )
    version = _add_version(function, terms, note=note, by=by, at=at)
    record("added", function, by=by, at=at, after=_recorded(version), reason=note)
    return function


@transaction.atomic
def change_function(
    function: ItFunction,
    terms: FunctionTerms,
    *,
    by: Person,
    at: datetime,
    expected_version: int,
    note: str = "",
) -> FunctionVersion:
    """Add a version of what is known of an IT function; its newest counts.

    Raises ChangedMeanwhileError if the function is no longer at `expected_version`.
    """
    directory_access.must(by, "change_functions")
    _must_be_of(function, terms)
    before = newest_version(function)
    if before.document == write_function(terms):
        raise DomainError(
            f"Nothing differs from version {before.number}: there is nothing to save."
        )
    _must_be_known(terms, as_before=before.terms)
    values: dict[str, object] = {"title": terms.title, "performer": terms.performer}
    if terms.parent != before.terms.parent:
        values["parent_id"] = _new_parent(function, terms)
    save_version(function, values, version=expected_version)
    version = _add_version(function, terms, note=note, by=by, at=at)
    record(
        "changed", function, by=by, at=at, before=_told(before.terms),
        after={**_recorded(version), **_told(terms)}, reason=note,
    )  # fmt: skip
    return version


def move_function(
    function: ItFunction, parent: str | None, *, by: Person, at: datetime, expected_version: int
) -> FunctionVersion:
    """Hang an IT function below another one, by reference, or at the top (None)."""
    terms = with_fields(newest_version(function).terms, parent=parent)
    note = f"Moved below {parent}." if parent else "Moved to the top."
    return change_function(
        function, terms, by=by, at=at, expected_version=expected_version, note=note
    )


@transaction.atomic
def retire_function(
    function: ItFunction, *, reason: str, by: Person, at: datetime, expected_version: int
) -> ItFunction:
    """Retire an IT function that is done no more; what was known of it stays."""
    directory_access.must(by, "change_functions")
    if not reason.strip():
        raise DomainError("Say why the function is retired: the reason stays in the record.")
    if function.retired_at is not None:
        raise DomainError(f"{function.title} is retired already.")
    ItFunction.objects.select_for_update().get(pk=function.pk)  # nothing is hung below meanwhile
    below = function.children.filter(retired_at=None).values_list("title", flat=True)
    if below:
        raise DomainError(
            f"These stand below {function.title}: {', '.join(below)}. Move or retire them first."
        )
    save_version(function, {"retired_at": at}, version=expected_version)
    record("retired", function, by=by, at=at, reason=reason)
    return function


@transaction.atomic
def bring_back_function(
    function: ItFunction, *, by: Person, at: datetime, expected_version: int
) -> ItFunction:
    """Bring a retired IT function back into use."""
    directory_access.must(by, "change_functions")
    if function.retired_at is None:
        raise DomainError(f"{function.title} is in use: there is nothing to bring back.")
    above = ItFunction.objects.filter(children=function).exclude(retired_at=None).first()
    if above is not None:
        raise DomainError(f"{above.title}, above it, is retired: bring that back first.")
    save_version(function, {"retired_at": None}, version=expected_version)
    record("brought back", function, by=by, at=at)
    return function


@transaction.atomic
def take_from_catalogue(references: Iterable[str], *, by: Person, at: datetime) -> list[ItFunction]:
    """Add functions of the starter catalogue, with those above them; what is there stays.

    Raises DomainError where nothing is left to add.
    """
    directory_access.must(by, "change_functions")
    wanted = list(references)
    if unknown := [one for one in wanted if one not in catalogue()]:
        raise DomainError(f"The catalogue has no {', '.join(unknown)}: look at its list.")
    hold_the_tree()
    there = set(ItFunction.objects.values_list("reference", flat=True))
    missing = [terms for terms in with_those_above(wanted) if terms.reference not in there]
    if not missing:
        raise DomainError("Choose at least one function that is not there yet.")
    return [add_function(terms, by=by, at=at, note="Starter catalogue") for terms in missing]


def _must_be_of(function: ItFunction, terms: FunctionTerms) -> None:
    if terms.reference != function.reference:
        raise DomainError(
            f"reference: this is {function.reference}, but the document is of {terms.reference}. "
            "Open that one, or correct the reference."
        )
    if function.retired_at is not None:
        raise DomainError(f"{function.title} is retired: bring it back before you change it.")


def _parent_in(terms: FunctionTerms) -> ItFunction | None:
    """Return the function above; raises DomainError where it is not there, or retired."""
    if terms.parent is None:
        return None
    parent = ItFunction.objects.select_for_update().filter(reference=terms.parent).first()
    if parent is None:
        raise DomainError(f"parent: there is no IT function {terms.parent}. Add it first.")
    if parent.retired_at is not None:
        raise DomainError(f"parent: {parent.title} is retired. Choose another one.")
    return parent


def hold_the_tree() -> dict[int, int | None]:
    """Keep the tree as it is until the transaction ends; return what stands above each function.

    Two moves at once could close a circle that neither makes alone. Always in the same order, and
    before any single function is held: else two could wait for each other. (SQLite lets one
    writer in at a time.)
    """
    everything = ItFunction.objects.select_for_update().order_by("pk")
    return dict(everything.values_list("pk", "parent_id"))


def _new_parent(function: ItFunction, terms: FunctionTerms) -> int | None:
    """Return what a function moves below; raises DomainError where that stands below it."""
    above = hold_the_tree()
    parent = _parent_in(terms)
    place = parent.pk if parent else None
    while place is not None and parent is not None:
        if place == function.pk:
            raise DomainError(
                f"parent: {parent.title} stands below {function.title}. Move that one first."
            )
        place = above[place]
    return parent.pk if parent else None


def _must_be_known(terms: FunctionTerms, *, as_before: FunctionTerms | None = None) -> None:
    """Raise DomainError with every name that leads nowhere.

    What stood there before may stay, so that a retired name keeps nobody from saving.
    """
    kept = as_before or FunctionTerms(schema="retained/function/1", reference="x", title="x")
    client = LegalEntity.objects.filter(organisation__kind=Organisation.Kind.CLIENT)
    sites = Site.objects.filter(organisation__kind=Organisation.Kind.CLIENT)
    business = BusinessFunction.objects.filter(retired_at=None)
    faults = [
        _unknown("legal_entities", terms.legal_entities, kept.legal_entities,
                 client.values_list("name", flat=True), "Add it to the organisation."),
        _unknown("sites", terms.sites, kept.sites, sites.values_list("name", flat=True),
                 "Add it to the organisation."),
        _unknown("supports", terms.supports, kept.supports,
                 business.values_list("reference", flat=True),
                 "Add it to the business functions."),
    ]  # fmt: skip
    if found := [fault for fault in faults if fault]:
        raise DomainError(" ".join(found))


def _unknown(
    field: str, given: Iterable[str], before: Iterable[str], known: Iterable[str], advice: str
) -> str:
    """Return a sentence about the names that are neither known nor stood there before."""
    missing = [name for name in given if name not in {*before, *known}]
    names = ", ".join(f"“{name}”" for name in missing)
    return f"{field}: there is no {names}. {advice}" if missing else ""


def _add_version(
    function: ItFunction, terms: FunctionTerms, *, note: str, by: Person, at: datetime
) -> FunctionVersion:
    document = write_function(terms)
    return FunctionVersion.objects.create(
        function=function,
        number=function.versions.count() + 1,
        document=document,
        sha256=hashlib.sha256(document.encode("utf-8")).hexdigest(),
        note=note.strip(),
        created_by_key=by.actor_key,
        created_at=at,
    )


def _told(terms: FunctionTerms) -> dict[str, object]:
    """Return what the record shows of terms in plain words, beside their hash."""
    return {"title": terms.title, "parent": terms.parent, "performer": terms.performer.value}


def _recorded(version: FunctionVersion) -> dict[str, object]:
    """Return what the record holds of a version: enough to prove its document."""
    return {"version": version.number, "sha256": version.sha256}
