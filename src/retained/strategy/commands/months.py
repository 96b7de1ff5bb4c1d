"""The monthly re-run of a signed case: made of what is known, and kept with what was missing."""

from dataclasses import dataclass
from datetime import datetime

from retained.audit.actors import Actor
from retained.audit.record import record
from retained.directory.versions import only_once
from retained.shared.months import Month
from retained.strategy.commands.reruns import keep_rerun
from retained.strategy.engine.missing import Missing
from retained.strategy.engine.simulation import Tell
from retained.strategy.models import BusinessCase, CaseRun, MonthlyRerun
from retained.strategy.queries.living import is_known
from retained.strategy.queries.months import missing_of


@dataclass(frozen=True, slots=True)
class MonthFound:
    """How a case stood when its month was over."""

    month: Month
    run: CaseRun | None  # none while nothing came true
    missing: Missing

    @property
    def sentence(self) -> str:
        """What is said of it, in one line."""
        if self.missing:
            return f"No {self.missing.words} for {self.month.title} yet."
        return f"Re-run with all of {self.month.title}."


def rerun_for_month(
    case: BusinessCase, month: Month, *, at: datetime, tell: Tell | None = None
) -> MonthFound:
    """Return the re-run of a case on all that is known, and what of `month` is missing.

    Asked again it is the same run: it takes a killed job no further than where it was.
    """
    run = keep_rerun(case, at=at, tell=tell) if is_known(case) else None
    return MonthFound(month, run, missing_of(case, month))


def note_month(case: BusinessCase, found: MonthFound, *, by: Actor, at: datetime) -> MonthlyRerun:
    """Keep that a case was re-run for a month, in the transaction that ends the job; once a month.

    The clock asks for it, so no person's permission is looked at.
    """
    with only_once(f"{case.reference} was re-run for {found.month.title} already."):
        noted = MonthlyRerun.objects.create(
            case=case,
            month=str(found.month),
            run=found.run,
            lacks_ledger=found.missing.ledger,
            lacks_drivers=found.missing.drivers,
            made_at=at,
        )
    after = {
        "month": str(found.month),
        "through": found.run.through if found.run else "",
        "sha256": found.run.sha256 if found.run else "",
        "missing": found.missing.words,
    }
    record("re-ran for the month", case, by=by, at=at, after=after)
    return noted
