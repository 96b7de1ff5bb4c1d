"""Whether figures are up to date: what they rest on now, beside what they were measured from."""

from datetime import datetime
from typing import Any

from retained.contracts.models import Agreement, AgreementVersion
from retained.delivery.commands.measuring import agreed_exclusions
from retained.delivery.engine.measurement import RULE_VERSION
from retained.delivery.engine.statements import canonical, sha256_of
from retained.delivery.models import Measured
from retained.delivery.queries import derived
from retained.delivery.queries.terms import Agreed, agreed
from retained.delivery.sources import batches_of, sources_of
from retained.shared.months import Month


def is_current(agreement: Agreement, *, at: datetime) -> bool:
    """Return whether measuring now would change nothing, and the tickets are still on disk."""
    measured = Measured.objects.filter(agreement=agreement).first()
    if measured is None or not (derived.derived_folder() / measured.results_name).exists():
        return False
    return measured.inputs_sha256 == sha256_of(canonical(inputs_now(agreement, at=at)))


def inputs_now(agreement: Agreement, *, at: datetime) -> dict[str, Any]:
    """Return what a measurement at `at` would rest on, without reading the evidence."""
    terms = agreed(agreement)
    return {
        "versions": [{"number": row.number, "sha256": row.sha256} for row in terms.versions],
        "batches": batches_of(sources_of(row.terms for row in terms.versions)),
        "excluded": {
            level: sorted(tickets)
            for level, tickets in sorted(agreed_exclusions(agreement).items())
        },
        "rule_version": RULE_VERSION,
        "running": str(Month.of(at, terms.latest.zone)),
    }


def agreements_of_source(name: str) -> list[Agreement]:
    """Return the agreements of which some version names a source."""
    # Canonical YAML names a source on a line of its own: the text finds the few to look at.
    naming = AgreementVersion.objects.filter(document__contains=name).values("agreement")
    candidates = Agreement.objects.filter(pk__in=naming).select_related("provider")
    return [one for one in candidates if name in _sources(agreed(one))]


def agreements_with_a_new_month(at: datetime) -> list[Agreement]:
    """Return the agreements that were measured while a month ran that is over now."""
    measured = Measured.objects.select_related("agreement__provider").defer("inputs", "triggers")
    return [
        row.agreement
        for row in measured
        if str(Month.of(at, agreed(row.agreement).latest.zone)) != row.running
    ]


def _sources(terms: Agreed) -> list[str]:
    return sorted({level.source for row in terms.versions for level in row.terms.service_levels})
