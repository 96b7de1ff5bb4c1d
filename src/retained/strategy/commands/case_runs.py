"""Running a version of a case, and keeping what came out.

A run is worked out from what is kept already, as a measured month is: it can be made again to the
same bytes, so it is no entry of the record. What somebody signs names the run's hash.
"""

import hashlib
from datetime import datetime

from django.db import transaction

from retained.strategy.engine.case_files import model_of
from retained.strategy.engine.result_document import canonical, result_document
from retained.strategy.engine.results import DEFAULT_DRAWS, DEFAULT_SEED, RULE_VERSION, run_case
from retained.strategy.engine.simulation import Tell, simulate
from retained.strategy.models import CaseRun, CaseVersion
from retained.strategy.queries.cases import run_of, terms_written_in


def keep_run(
    version: CaseVersion,
    *,
    at: datetime,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    tell: Tell | None = None,
) -> CaseRun:
    """Return the run of a version with these draws and seed; made now unless it is there.

    `tell` hears how many draws are done, and may raise to cancel.
    """
    kept = run_of(version, draws=draws, seed=seed)
    if kept is not None:
        return kept
    terms = terms_written_in(version.document)
    result = run_case(simulate(model_of(terms), draws=draws, seed=seed, tell=tell), terms)
    document = canonical(result_document(result))
    with transaction.atomic():  # two who asked at once made the same bytes
        run, _ = CaseRun.objects.get_or_create(
            version=version,
            draws=draws,
            seed=seed,
            rules=RULE_VERSION,
            through="",
            actuals_sha256="",
            defaults={
                "document": document,
                "sha256": hashlib.sha256(document.encode("utf-8")).hexdigest(),
                "made_at": at,
            },
        )
    return run
