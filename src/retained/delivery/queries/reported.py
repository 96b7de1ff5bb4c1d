"""The provider's own figures, matched to service levels."""

from collections.abc import Iterable
from decimal import Decimal

from retained.contracts.engine.agreement import AgreementTerms
from retained.delivery.engine.statements import Reported
from retained.delivery.queries.terms import Agreed
from retained.evidence.models import ReportedFigure
from retained.shared.months import Month


def figures_reported(agreed: Agreed) -> list[ReportedFigure]:
    """Return every figure that the providers of an agreement's sources reported: one query."""
    sources = {level.source for row in agreed.versions for level in row.terms.service_levels}
    found = ReportedFigure.objects.filter(source__name__in=sources, superseded_at=None)
    return list(found.select_related("source"))


def reported_by_month(
    agreed: Agreed, rows: Iterable[ReportedFigure]
) -> dict[tuple[str, Month], Reported]:
    """Return the provider's figure of each service level and month, among what was reported."""
    found: dict[tuple[str, Month], Reported] = {}
    for row in rows:
        month = Month.parse(row.month)
        level_id = _level_of(row.label, agreed.on(month))
        if level_id:
            percent = Decimal(row.percent) if row.percent else None
            found[level_id, month] = Reported(row.label, row.met, row.counted, percent)
    return found


def _level_of(label: str, terms: AgreementTerms) -> str:
    """Return the service level whose id or title the label is, letter case aside."""
    name = label.strip().casefold()
    for level in terms.service_levels:
        if name in {level.id.casefold(), level.title.casefold()}:
            return level.id
    return ""
