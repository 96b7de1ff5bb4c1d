"""Keeping what the provider reports of a month, each with the source of its service level."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from retained.contracts import queries as contracts_queries
from retained.contracts.models import Agreement
from retained.delivery.sources import sources_of
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.evidence.commands.reported import (
    Figure,
    Volume,
    keep_reported_figures,
    keep_stated_volume,
)
from retained.evidence.queries.reported import stated_volumes
from retained.shared.errors import DomainError
from retained.shared.months import Month

_LABEL = "Tickets of the month"


@transaction.atomic
def keep_provider_figures(
    agreement: Agreement,
    month: Month,
    figures: Sequence[Figure],
    *,
    by: Person,
    at: datetime,
    volumes: Mapping[str, int] | None = None,
) -> None:
    """Keep figures under the titles of service levels, and stated numbers of tickets by source.

    A later one takes an earlier one's place.
    """
    directory_access.must(by, "check_months", agreement.reference)
    terms = contracts_queries.terms_in_force(agreement, month.first_day)
    source_names = {level.title: level.source for level in terms.service_levels}
    sources = {source.name: source for source in sources_of([terms])}
    for figure in figures:
        source = sources.get(source_names.get(figure.label, ""))
        if source is None:
            raise DomainError(
                f"“{figure.label}” has no evidence yet: import its ticket file first."
            )
        keep_reported_figures(source, [figure], by=by, at=at)
    for name, tickets in (volumes or {}).items():
        if stated_volumes(sources[name]).get(month) != tickets:
            keep_stated_volume(sources[name], Volume(_LABEL, month, tickets), by=by, at=at)
