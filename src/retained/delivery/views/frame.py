"""What all pages about an agreement's figures share: its look, its tabs, its refusals."""

from datetime import datetime

from retained.contracts.models import Agreement
from retained.delivery.models import Measured
from retained.delivery.queries.level_months import AgreementMonths
from retained.delivery.queries.opened import Opened, figure_to_watch, measured_to_watch
from retained.pages.request import Request
from retained.shared.months import Month

__all__ = ["Opened", "agreement_and_measured", "opened", "story_today"]


def agreement_and_measured(request: Request, reference: str) -> tuple[Agreement, Measured]:
    """Return an agreement that the person may watch, once it was measured."""
    return measured_to_watch(request.person, reference)


def opened(request: Request, reference: str, level: str, month: Month) -> Opened:
    """Return a figure that the person may watch; raises NotThereError."""
    return figure_to_watch(request.person, reference, level, month)


def story_today(at: datetime, months: AgreementMonths) -> datetime:
    """Return `at` on the wall of the agreement."""
    return at.astimezone(months.agreed.latest.zone)
