"""Re-running a signed case with what came true, and keeping what came out.

A re-run is worked out from what is kept already, so it is no entry of the record: the version,
the hash of the actuals, the month, draws and seed give it again to the same bytes.
"""

import hashlib
from datetime import datetime

from django.db import transaction

from retained.shared.errors import DomainError
from retained.shared.months import Month
from retained.strategy.engine.living import run_living
from retained.strategy.engine.living_document import living_document
from retained.strategy.engine.result_document import canonical
from retained.strategy.engine.results import DEFAULT_DRAWS, DEFAULT_SEED, RULE_VERSION
from retained.strategy.engine.simulation import Tell
from retained.strategy.models import BusinessCase, CaseRun
from retained.strategy.queries.actuals import actuals_now, last_month, signed_terms
from retained.strategy.queries.living import rerun_of, run_key


def keep_rerun(
    case: BusinessCase,
    *,
    through: Month | None = None,
    at: datetime,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    tell: Tell | None = None,
) -> CaseRun:
    """Return the re-run of a signed case through a month (by default the last that is known).

    It is made now unless it is there. `tell` hears how many draws are done, and may raise to
    cancel. Raises DomainError where nothing is known.
    """
    terms = signed_terms(case)
    actuals = actuals_now(case)
    month = through or (last_month(actuals, terms) if actuals else None)
    if actuals is None or month is None:
        raise DomainError("Nothing came true yet: save a mapping, and give a ledger.")
    known = actuals.through(month)
    kept = rerun_of(case, known, month, draws=draws, seed=seed)
    if kept is not None:
        return kept
    living = run_living(
        terms, known, chosen=case.chosen, through=month, draws=draws, seed=seed, tell=tell
    )
    document = canonical(living_document(living))
    with transaction.atomic():  # two who asked at once made the same bytes
        run, _ = CaseRun.objects.get_or_create(
            version=case.baseline,
            draws=draws,
            seed=seed,
            rules=RULE_VERSION,
            through=str(month),
            actuals_sha256=run_key(known),
            defaults={
                "document": document,
                "sha256": hashlib.sha256(document.encode("utf-8")).hexdigest(),
                "made_at": at,
            },
        )
    return run
