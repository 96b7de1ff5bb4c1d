"""Reads of living cases: the re-run that tells how a signed case stands."""

import hashlib
import json
from functools import lru_cache

from retained.shared.months import Month
from retained.strategy.engine.booked import Actuals
from retained.strategy.engine.living_document import LivingFigures, read_living
from retained.strategy.engine.results import DEFAULT_DRAWS, DEFAULT_SEED, RULE_VERSION
from retained.strategy.models import BusinessCase, CaseRun
from retained.strategy.queries.actuals import actuals_now, last_month, signed_terms


@lru_cache(maxsize=32)
def living_written_in(document: str) -> LivingFigures:
    """Return what the document of a re-run says; one is never changed."""
    return read_living(json.loads(document))


def run_key(known: Actuals) -> str:
    """Return the hash that a re-run is kept by: of all that it takes from the actuals.

    What no line takes moves nothing, but a result says how much it is.
    """
    unmapped = json.dumps({account: amount.minor for account, amount in known.unmapped.items()})
    return hashlib.sha256(f"{known.sha256}{unmapped}".encode()).hexdigest()


def rerun_of(
    case: BusinessCase,
    known: Actuals,
    month: Month,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
) -> CaseRun | None:
    """Return the re-run with these actuals through a month, by the rules of today."""
    return CaseRun.objects.filter(
        version=case.baseline,
        draws=draws,
        seed=seed,
        rules=RULE_VERSION,
        through=str(month),
        actuals_sha256=run_key(known),
    ).first()


def is_known(case: BusinessCase) -> bool:
    """Return whether anything came true of a signed case."""
    actuals = actuals_now(case) if case.baseline else None
    return actuals is not None and last_month(actuals, signed_terms(case)) is not None


def newest_rerun(case: BusinessCase) -> CaseRun | None:
    """Return the re-run that was made last, whether or not it is of the actuals of today."""
    reruns = CaseRun.objects.filter(version=case.baseline, draws=DEFAULT_DRAWS, seed=DEFAULT_SEED)
    return reruns.exclude(through="").order_by("-made_at", "-pk").first()


def standing_of(case: BusinessCase) -> tuple[CaseRun | None, bool]:
    """Return the re-run to show, and whether it has all that came true in it."""
    actuals = actuals_now(case)
    month = last_month(actuals, signed_terms(case)) if actuals else None
    if actuals is None or month is None:
        return None, True
    current = rerun_of(case, actuals.through(month), month)
    return (current, True) if current else (newest_rerun(case), False)
