"""Parts of an agreement under other names, or gone: over HTTP."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from contracts.editing import FRAGMENT, begun, changed_terms, text_of
from contracts.form_reading import form_on
from retained.contracts import queries
from retained.contracts.models import Agreement
from retained.shared import clock

pytestmark = pytest.mark.django_db


def test_a_calendar_and_a_clock_get_other_names_and_what_uses_them_follows(
    everything: Agreement, browser: Client
) -> None:
    for address, name in (("calendars/office", "desk"), ("clocks/resolve", "solve")):
        page = f"/agreements/AG-9/{address}/change/"
        sent = begun(browser, page, name=name, effective_from="2027-01-01", note="Clearer")
        said = text_of(browser.post(page, sent, headers=FRAGMENT))
        assert "Not a whole promise yet" not in said
        assert browser.post(page, sent).status_code == 302
    terms = changed_terms(everything)
    assert list(terms.calendars) == ["desk", "always"]
    choice = terms.clocks["solve"].calendar
    assert (choice.default, choice.service) == ("desk", {"Mail": "desk"})
    assert choice.priority == {"1": "always", "2: high": "always"}
    assert {level.clock for level in terms.service_levels} <= {"solve", None}
    before = queries.terms_in_force(everything, date(2026, 6, 1))
    assert list(before.calendars) == ["office", "always"], "months before keep the name"


@pytest.mark.parametrize(
    ("name", "says"),
    [("", "Give it a short name"), ("always", "There is a calendar “always” already")],
)
def test_a_name_that_is_missing_or_taken_is_refused_at_its_field(
    everything: Agreement, browser: Client, name: str, says: str
) -> None:
    page = "/agreements/AG-9/calendars/office/change/"
    answer = browser.post(page, begun(browser, page, name=name))
    assert answer.status_code == 422
    assert says in " ".join(answer.context["form"].errors["name"])


def test_what_is_used_is_not_removed_and_the_page_says_by_what(
    everything: Agreement, browser: Client
) -> None:
    for address, says in (
        ("clocks/resolve", "the service level “Resolved in time”"),
        ("calendars/office", "the clock “resolve” (of “Resolved in time”"),
    ):
        page = f"/agreements/AG-9/{address}/remove/"
        assert says in text_of(browser.get(page)), "told before it is tried"
        answer = browser.post(page, begun(browser, page))
        assert answer.status_code == 422
        assert says in text_of(answer)
    assert len(queries.versions(everything)) == 1


def test_what_nothing_uses_is_removed_from_a_day_on(everything: Agreement, browser: Client) -> None:
    added = "/agreements/AG-9/new-calendar/"
    row = {"hours-0-weekdays": "saturday", "hours-0-windows": "09:00-12:00"}
    sent = begun(browser, added, name="weekend", effective_from="2026-12-01", **row)
    assert browser.post(added, sent).status_code == 302
    page = "/agreements/AG-9/calendars/weekend/remove/"
    with clock.held_at(datetime(2026, 12, 5, 9, 0, tzinfo=UTC)):
        sent = begun(browser, page, effective_from="2027-01-01")
        assert browser.post(page, sent).status_code == 302
    assert "weekend" not in changed_terms(everything).calendars
    assert browser.get("/agreements/AG-9/calendars/nowhere/remove/").status_code == 404


def test_a_service_level_is_removed_from_a_day_on(everything: Agreement, browser: Client) -> None:
    address = "/agreements/AG-9/service-levels/backlog/remove/"
    page = text_of(browser.get(address))
    assert "Remove “Old tickets”" in page
    assert browser.post(address, form_on(page)).status_code == 302
    assert [level.id for level in changed_terms(everything).service_levels] == ["in-time", "first"]
    now = queries.terms_in_force(everything, date(2026, 11, 9))
    assert len(now.service_levels) == 3


def test_a_service_level_that_a_trigger_names_is_not_removed(
    everything: Agreement, browser: Client
) -> None:
    address = "/agreements/AG-9/service-levels/in-time/remove/"
    answer = browser.post(address, form_on(text_of(browser.get(address))))
    assert answer.status_code == 422
    assert "Trigger “four” names “in-time”" in text_of(answer)
    assert browser.get("/agreements/AG-9/service-levels/none/remove/").status_code == 404
    assert browser.get("/agreements/AG-9/clocks/none/change/").status_code == 404
