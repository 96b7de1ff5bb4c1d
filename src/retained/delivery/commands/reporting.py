"""Keeping the provider's own figures of a month, each with the source of its service level."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from retained.contracts import queries as contracts_queries
from retained.contracts.models import Agreement
from retained.delivery.sources import sources_of
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.evidence.commands.reported import Figure, keep_reported_figures
from retained.shared.errors import DomainError
from retained.shared.months import Month


@transaction.atomic
def keep_provider_figures(
    agreement: Agreement, month: Month, figures: Sequence[Figure], *, by: Person, at: datetime
) -> None:
    """Keep figures under the titles of service levels; a later one takes an earlier one's place."""
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
