"""A figure that somebody opened: what pages, machines and the command line begin with."""

from dataclasses import dataclass

from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.contracts.models import Agreement
from retained.delivery import access
from retained.delivery.models import Measured, MonthClose
from retained.delivery.queries.level_months import AgreementMonths, LevelMonth, LevelStory
from retained.delivery.queries.months import agreement_months, measured_of
from retained.delivery.queries.tickets import ShownTicket, shown_ticket
from retained.directory.models import Person
from retained.shared.errors import NotThereError
from retained.shared.months import Month


@dataclass(frozen=True)
class Opened:
    """A figure that somebody opened: one service level of an agreement in one month."""

    agreement: Agreement
    months: AgreementMonths
    story: LevelStory
    figure: LevelMonth
    terms: ServiceLevelTerms

    @property
    def close(self) -> MonthClose | None:
        """The close that counts for the month; none while it is open."""
        return self.months.close_of(self.figure.month)

    @property
    def measured(self) -> Measured:
        """The measurement that the figure comes from."""
        return self.months.measured


def measured_to_watch(person: Person, reference: str) -> tuple[Agreement, Measured]:
    """Return an agreement that the person may watch, once it was measured."""
    agreement = access.agreement_to_watch(person, reference)
    measured = measured_of(agreement)
    if measured is None:
        raise NotThereError("This figure")
    return agreement, measured


def figure_to_watch(person: Person, reference: str, level: str, month: Month) -> Opened:
    """Return a figure that the person may watch; raises NotThereError."""
    agreement, measured = measured_to_watch(person, reference)
    months = agreement_months(agreement, measured)
    story = next((one for one in months.levels if one.level_id == level), None)
    figure = next((one for one in story.months if one.month == month), None) if story else None
    if story is None or figure is None:
        raise NotThereError("This figure")
    return Opened(agreement, months, story, figure, months.agreed.on(month).service_level(level))


def ticket_to_watch(person: Person, reference: str, level: str, number: str) -> ShownTicket:
    """Return one ticket, opened under a service level that was measured."""
    agreement, measured = measured_to_watch(person, reference)
    months = agreement_months(agreement, measured)
    if level not in {story.level_id for story in months.levels}:
        raise NotThereError("This ticket")
    return shown_ticket(months, level, number)
