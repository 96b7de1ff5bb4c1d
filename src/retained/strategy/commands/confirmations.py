"""Writes of confirmations: an owner stands behind assumptions, or somebody does so for it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import transaction

from retained.audit.record import record
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.directory.versions import only_once
from retained.shared.errors import ChangedMeanwhileError, DomainError
from retained.strategy.commands.cases import must_be_a_draft
from retained.strategy.engine.confirming import Standing
from retained.strategy.models import AssumptionConfirmation, BusinessCase
from retained.strategy.queries.cases import terms_written_in, version_of
from retained.strategy.queries.confirmations import owned_by, standings_of


@transaction.atomic
def confirm_assumptions(
    case: BusinessCase,
    seen: Mapping[str, str],
    *,
    reason: str = "",
    by: Person,
    at: datetime,
) -> list[AssumptionConfirmation]:
    """Say that assumptions are right as they stand.

    `seen` holds the SHA-256 of what was looked at by the assumption's name. Whoever does so for
    another owner says why. Raises ChangedMeanwhileError if an assumption says something else now.
    """
    directory_access.must(by, "confirm_assumptions")
    # Nobody signs meanwhile: what two people signed is what had been confirmed by then.
    case = BusinessCase.objects.select_for_update().get(pk=case.pk)
    must_be_a_draft(case)
    if not seen:
        raise DomainError("Choose the assumptions that you confirm: none is ticked.")
    version = version_of(case)
    chosen = list(_chosen(standings_of(version), seen))
    own = set(owned_by(by, terms_written_in(version.document)))
    others = [one for one in chosen if one.key not in own]
    if others:
        _must_be_for_others(others, reason.strip(), by)
    with only_once("Somebody has just confirmed one of them: look at the list again."):
        kept = [
            AssumptionConfirmation.objects.create(
                case=case,
                assumption=one.key,
                sha256=one.sha256,
                number=version.number,
                reason="" if one.key in own else reason.strip(),
                by_key=by.actor_key,
                confirmed_at=at,
            )
            for one in chosen
        ]
    after = {
        "version": version.number,
        "assumptions": {one.key: one.sha256 for one in chosen},
        "on_behalf": sorted(one.key for one in others),
    }
    record("confirmed", case, by=by, at=at, after=after, reason=reason if others else "")
    return kept


def _chosen(found: list[Standing], seen: Mapping[str, str]) -> Iterator[Standing]:
    """Yield what was looked at; raise unless it is there, as it was seen, and open."""
    by_key = {one.key: one for one in found}
    for key, sha256 in seen.items():
        one = by_key.get(key)
        if one is None:
            raise DomainError(f"“{key}” is no assumption of this case: look at the list again.")
        if one.sha256 != sha256:
            raise ChangedMeanwhileError(f"“{one.title}”")
        if not one.is_open:
            raise DomainError(f"“{one.title}” is {one.words} already.")
        yield one


def _must_be_for_others(others: list[Standing], reason: str, by: Person) -> None:
    """Raise unless somebody may, and says why it does, confirm what others own."""
    titles = ", ".join(f"“{one.title}”" for one in others)
    if not directory_access.may(by, "confirm_for_others"):
        raise DomainError(f"You do not own {titles}: its owner confirms it, or finance does so.")
    nobody = [one for one in others if not one.terms.owner.strip()]
    if nobody:
        raise DomainError(
            f"“{nobody[0].title}” names no owner: say first whose it is, in its form."
        )
    if not reason:
        raise DomainError(f"Say why you confirm {titles} for the owner: it stays beside them.")
