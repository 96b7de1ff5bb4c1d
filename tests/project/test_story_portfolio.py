"""The portfolio of the story: brought by commands, and what its people's answers speak for."""

import pytest

from retained.project.demonstration.cast import Cast, bring_cast
from retained.project.demonstration.decide import draft_maintenance
from retained.project.demonstration.plans import BRIGHTDESK, FIRST_NUMBER, SEED
from retained.project.demonstration.portfolio import bring_portfolio, keep_volumes
from retained.project.demonstration.tickets import TicketMaker
from retained.shared.months import Month
from retained.strategy.engine.function_figures import function_remarks, retained_teams
from retained.strategy.models import BusinessFunction, ItFunction, RateCard
from retained.strategy.queries.portfolio import newest_version, tree

WAYS = {
    "service-desk": "contract", "on-site-support": "share", "networks": "partner",
    "hosting": "contract", "payments-development": "keep", "application-maintenance": "partner",
    "testing": "share", "security-operations": "improve",
}  # fmt: skip


@pytest.fixture
def cast(db: None) -> Cast:
    cast = bring_cast()
    bring_portfolio(cast)
    return cast


def test_the_core_is_kept_and_the_rest_is_not_all_handed_out(cast: Cast) -> None:
    rows = tree(ItFunction.objects.all())
    assert {row.reference: row.advice.way.value for row in rows if row.advice} == WAYS
    assert BusinessFunction.objects.filter(criticality="vital").count() == 1


def test_every_function_of_the_story_is_whole(cast: Cast) -> None:
    left = {
        row.reference: [one.sentence for one in function_remarks(row.terms)]
        for row in tree(ItFunction.objects.all())
        if row.advice
    }
    assert {name: remarks for name, remarks in left.items() if remarks} == {}


def test_the_teams_are_those_of_the_business_case(cast: Cast) -> None:
    desk = ItFunction.objects.get(reference="service-desk")
    costs = {team.key: team.size.cost for team in retained_teams(newest_version(desk).terms)}
    assert {key: str(cost.amount) for key, cost in costs.items() if cost} == {
        "provider": "140000.0", "back": "1860000",
    }  # fmt: skip


def test_the_volumes_are_those_of_the_tickets(cast: Cast) -> None:
    maker = TicketMaker(SEED, FIRST_NUMBER)
    counted = {plan.month: maker.month(plan).ticket_count for plan in BRIGHTDESK[:10]}
    keep_volumes(cast, counted)
    desk = ItFunction.objects.get(reference="service-desk")
    history = newest_version(desk).terms.volumes["tickets"].history
    assert len(history) == 10
    assert history[str(Month(2026, 10))] == 3630


def test_ospreys_rates_are_kept_whole(cast: Cast) -> None:
    draft_maintenance(cast)
    card = RateCard.objects.get(superseded_at=None)
    assert (card.count, card.left_out, card.currencies) == (39, 0, "EUR")
