"""Looks into every ticket of a figure: its differences, and the audit of its pauses.

A look reads the history of each ticket. It is kept beside the results that it is made from, which
never change; of a large figure it is taken by a job, and not while somebody waits for a page.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.contracts.models import Agreement
from retained.delivery.models import Measured
from retained.delivery.queries.differences import (
    DifferenceList,
    DifferenceRow,
    PossibleCause,
    difference_list,
)
from retained.delivery.queries.level_months import LevelMonth
from retained.delivery.queries.months import agreement_months
from retained.delivery.queries.pauses import OddRow, PauseRow, ShownAudit, shown_audit
from retained.delivery.queries.ticket_scopes import Scope, scope_of
from retained.shared.months import Month

# A figure of so many tickets is looked into while the reader waits.
MOST_AT_ONCE = 2_000


class LookKind(StrEnum):
    """What a look is for."""

    DIFFERENCES = "differences"
    PAUSES = "pauses"


@dataclass(frozen=True, slots=True)
class Looked:
    """A figure, with what it takes to look into its tickets."""

    figure: LevelMonth
    measured: Measured
    terms: AgreementTerms
    level: ServiceLevelTerms

    @property
    def is_small(self) -> bool:
        """Whether a look takes no longer than a page may."""
        return self.figure.counted + self.figure.open <= MOST_AT_ONCE


def differences_of(looked: Looked, *, wait: bool = False) -> DifferenceList | None:
    """Return the differences of a figure; None where a job must look first, unless `wait`."""
    found = _look(looked, LookKind.DIFFERENCES, _differences, wait=wait)
    if found is None:
        return None
    return DifferenceList(
        figure=looked.figure,
        rows=tuple(DifferenceRow(**row) for row in found["rows"]),
        possible=tuple(
            PossibleCause(one["cause"], one["words"], tuple(one["tickets"]))
            for one in found["possible"]
        ),
        knows_tickets=found["knows_tickets"],
        left_unexplained=found["left_unexplained"],
    )


def audit_of(looked: Looked, *, wait: bool = False) -> ShownAudit | None:
    """Return the pause audit of a figure; None where a job must look first, unless `wait`."""
    found = _look(looked, LookKind.PAUSES, _audit, wait=wait)
    if found is None:
        return None
    return ShownAudit(
        tickets=found["tickets"],
        paused_seconds=found["paused_seconds"],
        clock_span=found["clock_span"],
        rows=tuple(PauseRow(**row) for row in found["rows"]),
        odd=tuple(OddRow(**row) for row in found["odd"]),
    )


def look_into(agreement: Agreement, level_id: str, month: Month, kind: LookKind) -> None:
    """Look into every ticket of a figure, however long it takes, and keep what is found."""
    measured = Measured.objects.get(agreement=agreement)
    months = agreement_months(agreement, measured)
    terms = months.agreed.on(month)
    story = next(story for story in months.levels if story.level_id == level_id)
    figure = next(one for one in story.months if one.month == month)
    looked = Looked(figure, measured, terms, terms.service_level(level_id))
    if kind is LookKind.DIFFERENCES:
        differences_of(looked, wait=True)
    else:
        audit_of(looked, wait=True)


def _differences(looked: Looked) -> dict[str, Any]:
    found = difference_list(looked.figure, looked.measured, looked.terms, looked.level)
    return {
        "rows": [asdict(row) for row in found.rows],
        "possible": [asdict(one) for one in found.possible],
        "knows_tickets": found.knows_tickets,
        "left_unexplained": found.left_unexplained,
    }


def _audit(looked: Looked) -> dict[str, Any]:
    return asdict(shown_audit(looked.measured, looked.terms, looked.level, looked.figure.month))


def _look(
    looked: Looked, kind: LookKind, take: Callable[[Looked], dict[str, Any]], *, wait: bool
) -> Mapping[str, Any] | None:
    """Return what was kept, or look now if that is quick or nobody minds."""
    scope = scope_of(looked.measured, looked.terms, looked.level, looked.figure.month)
    place = _place(scope, kind, has_report=looked.figure.reported is not None)
    if not place.exists():
        if not (wait or looked.is_small):
            return None
        draft = place.with_suffix(f".{secrets.token_hex(4)}.draft")
        draft.write_text(json.dumps(take(looked), ensure_ascii=False), encoding="utf-8")
        draft.replace(place)
    return _read(place)


def _place(scope: Scope, kind: LookKind, *, has_report: bool) -> Path:
    """Return where a look is kept: beside the results, and cleared away with them."""
    depends_on = [
        scope.level_id, scope.month, scope.said_in, str(scope.histories), has_report,
        sorted(scope.said.items()),
    ]  # fmt: skip
    key = hashlib.sha256(json.dumps(depends_on).encode()).hexdigest()[:16]
    results = Path(scope.results)
    return results.with_name(f"{results.stem}.{key}.{kind}.json")


@lru_cache(maxsize=32)
def _read(place: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return found
