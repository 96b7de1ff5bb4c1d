"""The list of agreements that run: how the last month that is over came out for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from retained.contracts import queries as contracts_queries
from retained.contracts.models import Agreement
from retained.delivery.models import Standing
from retained.delivery.queries.standings import MISSED
from retained.shared.money import Money
from retained.shared.months import Month

# What a reader may narrow the list to, in words and as a condition.
STANDS = {
    "missed": ("Below expected in the last month", Q(standing__rank__lte=MISSED)),
    "at_risk": ("Below expected so far", Q(standing__at_risk__gt=0)),
    "to_close": ("Months to close", Q(standing__oldest_to_close__gt="")),
    "late": ("Late evidence", Q(standing__latest_late__gt="")),
    "unmeasured": ("Not measured yet", Q(standing=None)),
}


@dataclass(frozen=True, slots=True)
class RunRow:
    """One agreement as the list shows it; nothing of it may be measured yet."""

    reference: str
    title: str
    provider: str
    month: Month | None
    verdict: str
    met: str
    status: str
    owed: Money | None
    is_running: bool
    at_risk: int
    is_late: bool  # evidence came after the close, and would give other figures


def chosen_agreements(
    agreements: QuerySet[Agreement], chosen: Mapping[str, str]
) -> QuerySet[Agreement]:
    """Return the agreements that the reader's words and choice leave, with where each stands."""
    found = contracts_queries.agreements_named(agreements, chosen["words"].split())
    if chosen["stands"]:
        found = found.filter(STANDS[chosen["stands"]][1])
    return found.select_related("standing")


def run_rows(agreements: Sequence[Agreement]) -> list[RunRow]:
    """Return the rows of agreements that were read with where each stands."""
    return [_row(agreement) for agreement in agreements]


def _row(agreement: Agreement) -> RunRow:
    stands = standing_of(agreement) or Standing(rank=0, levels=0, met=0, at_risk=0, running=False)
    owed = stands.owed_minor
    return RunRow(
        reference=agreement.reference,
        title=agreement.title,
        provider=agreement.provider.name,
        month=Month.parse(stands.month) if stands.month else None,
        verdict=stands.verdict,
        met=f"{stands.met} of {stands.levels}" if stands.levels else "",
        status=stands.status,
        owed=None if owed is None else Money.of_minor(owed, stands.currency),
        is_running=stands.running,
        at_risk=stands.at_risk,
        is_late=stands.is_late,
    )


def standing_of(agreement: Agreement) -> Standing | None:
    """Return where an agreement stands, if it was measured."""
    try:
        return agreement.standing
    except Standing.DoesNotExist:
        return None
