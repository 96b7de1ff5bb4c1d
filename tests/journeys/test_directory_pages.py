"""The pages of the directory: accessible, on a desk and on a phone, filled and empty."""

from datetime import date

import pytest

from directory.cast import AT, Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.directory.commands import goals, invitations, organisations
from retained.directory.commands.goals import GoalDetails
from retained.directory.commands.invitations import Guest
from retained.directory.commands.organisations import LegalEntityDetails, OrganisationDetails
from retained.directory.engine.roles import Role


def fill(cast: Cast) -> None:
    """Give every list of the directory something to show."""
    by = cast.administrator
    entity = LegalEntityDetails("Brightdesk BV", "7LTWFZYICNSX8D621K86", "NL")
    organisations.add_legal_entity(cast.own, entity, by=by, at=AT)
    nightshift = OrganisationDetails("Nightshift", "Asia/Kolkata", "IN")
    organisations.add_subcontractor(cast.own, nightshift, by=by, at=AT)
    for kind, name, weight in (("goal", "Lower cost", 30), ("value", "Fair work", 10)):
        details = GoalDetails(kind, name, "What it means.", weight, date(2026, 1, 1))
        goals.add_goal(details, by=by, at=AT)
    guest = Guest("noor@brightdesk.example", "Noor", Role.CONTRIBUTOR)
    invitations.invite(cast.own, guest, by=by, at=AT)


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(
    visit: Visitor, cast: Cast, viewport: dict[str, int], theme: str
) -> None:
    fill(cast)
    here = visit(cast.administrator, viewport=viewport, theme=theme)
    for path in (
        "/directory/",
        f"/directory/organisations/{cast.own.slug}/",
        f"/directory/organisations/{cast.client.slug}/",
        "/directory/organisations/new/",
        "/directory/people/",
        f"/directory/people/{cast.account_manager.actor_key}/",
        f"/directory/people/{cast.account_manager.actor_key}/forget/",
        "/directory/people/invite/?to=brightdesk",
        "/directory/goals/",
        "/directory/goals/new/",
        "/directory/permissions/",
        "/directory/second-factor/",
        "/tokens/",
    ):
        here.open(path)
        assert (path, here.findings()) == (path, [])
        assert (path, here.overflow() <= 0) == (path, True)
