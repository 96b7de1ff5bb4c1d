"""Pages that change one part of an agreement, over HTTP."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from contracts.agreement_texts import BRIGHTDESK, CORVALE
from contracts.editing import EVERYTHING, FRAGMENT, begun, changed_terms, text_of
from contracts.form_reading import form_on
from retained.contracts import commands, queries
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import read_agreement, write_agreement
from retained.contracts.models import Agreement
from retained.directory.models import Organisation, Person
from retained.project import demonstration
from retained.shared import clock

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
ROOT = Path(__file__).parents[2]
FILES = [
    *sorted(ROOT.glob("examples/*/agreement.yaml")),
    *sorted((Path(demonstration.__file__).parent / "agreements").glob("*.yaml")),
]


def editors_of(terms: AgreementTerms) -> list[str]:
    reference = terms.reference
    return [
        *(
            reverse("agreement_level_edit", args=[reference, level.id])
            for level in terms.service_levels
        ),
        *(reverse("agreement_calendar_edit", args=[reference, name]) for name in terms.calendars),
        *(reverse("agreement_clock_edit", args=[reference, name]) for name in terms.clocks),
        reverse("agreement_credits_edit", args=[reference]),
    ]


@pytest.mark.parametrize(
    "text",
    [*(path.read_text("utf-8") for path in FILES), BRIGHTDESK, CORVALE, EVERYTHING],
    ids=[*(f"{path.parent.name}-{path.stem}" for path in FILES), "mini", "corvale", "everything"],
)
def test_every_editor_saved_untouched_changes_nothing(
    text: str, client_organisation: Organisation, lead: Person, at: datetime, browser: Client
) -> None:
    terms = read_agreement(text).model_copy(update={"client": client_organisation.name})
    made = commands.register_agreement(terms, by=lead, at=at, add_provider=True)
    for address in editors_of(terms):
        sent = begun(browser, address, effective_from=str(terms.start), note="Again")
        answer = browser.post(address, sent)
        assert (address, answer.status_code) == (address, 422)
        form = answer.context["form"]
        assert "there is nothing to save" in " ".join(form.non_field_errors()), form.errors
        said = text_of(browser.post(address, sent, headers=FRAGMENT))
        assert "Nothing yet." in said
    [version] = queries.versions(made)
    assert version.document == write_agreement(terms)


def test_a_service_level_is_changed_with_a_ladder(agreement: Agreement, browser: Client) -> None:
    address = "/agreements/AG-7/service-levels/in-time/change/"
    change = {
        "expected": "96 %", "below_expected": "", "below_minimum": "", "critical": "on",
        "ladder-0-below": "96 %", "ladder-0-share": "25 %",
        "ladder-1-below": "90 %", "ladder-1-share": "100 %",
        "targets-3-priority": "4", "targets-3-target": "5 working days",
    }  # fmt: skip
    sent = begun(browser, address, **change)
    said = text_of(browser.post(address, sent, headers=FRAGMENT))
    assert "expected level: 96 % instead of 95 %." in said
    assert "What chance does at 100 tickets a month" in said
    assert browser.post(address, sent).status_code == 302
    level = changed_terms(agreement).service_level("in-time")
    assert level.credit is not None
    assert [rung.below for rung in level.credit.ladder] == ["96 %", "90 %"]
    assert (level.critical, list(level.targets)) == (True, ["1", "2", "3", "4"])
    assert level.tickets == {"priority": ("1", "2", "3")}


def test_only_what_was_changed_is_laid_over_the_terms_of_the_day(
    agreement: Agreement, lead: Person, at: datetime, browser: Client
) -> None:
    later = read_agreement(BRIGHTDESK.replace("expected: 95 %", "expected: 97 %"))
    commands.change_terms(
        agreement, later, date(2027, 1, 1), note="", by=lead, at=at, expected_version=1
    )
    address = "/agreements/AG-7/service-levels/in-time/change/"
    sent = begun(browser, address, title="Solved in time", effective_from="2027-02-01")
    assert sent["expected"] == ["95 %"]  # what is in force on the day of the page
    assert browser.post(address, sent).status_code == 302
    level = changed_terms(agreement).service_level("in-time")
    assert (level.title, level.expected) == ("Solved in time", "97 %")


@pytest.mark.parametrize(
    ("address", "change", "field", "says"),
    [
        ("service-levels/in-time/", {"minimum": "97 %"}, "minimum", "The levels overlap"),
        ("service-levels/in-time/", {"targets-0-target": "soon"}, "targets-0-target",
         "is not a time target"),
        ("service-levels/in-time/", {"ladder-1-below": "9", "ladder-1-share": "5 %",
         "below_expected": "", "below_minimum": ""}, "ladder-1-below", "is not a percentage"),
        ("service-levels/in-time/", {"targets-1-priority": "1"}, "targets-1-priority",
         "stands here twice"),
        ("credits/", {"at_risk": "120 %"}, "at_risk", "must lie above 0 %"),
        ("credits/", {"triggers-0-id": "x", "triggers-0-title": "", "triggers-0-in_a_row": "3"},
         "triggers-0-title", "is missing"),
        ("credits/", {"months-0-month": "July", "months-0-amount": "1"}, "months", "July"),
        ("calendars/office/", {"hours-0-windows": "18:00-18:00"}, "hours-0-windows",
         "opens and closes at the same time"),
        ("calendars/office/", {"country": "XX"}, "country", "are not known"),
        ("calendars/office/", {"removed": "2026-13-01"}, "removed", "is not a day"),
        ("clocks/resolve/", {"pauses_in": ["resolved"]}, "pauses_in", "the clock has stopped"),
        ("clocks/resolve/", {"calendar": ""}, "calendar", "is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field(
    agreement: Agreement, browser: Client, address: str,
    change: dict[str, str | list[str]], field: str, says: str,
) -> None:  # fmt: skip
    address = f"/agreements/AG-7/{address}change/"
    answer = browser.post(address, begun(browser, address, **change))
    assert answer.status_code == 422
    form = answer.context["form"]
    errors = {name: " ".join(words) for name, words in form.errors.items()}
    for rows in form.rows.values():
        errors[rows.prefix] = " ".join(rows.non_form_errors())
        for row in rows.forms:
            errors |= {f"{row.prefix}-{name}": " ".join(said) for name, said in row.errors.items()}
    found = " ".join(said for name, said in errors.items() if name.startswith(field))
    assert says.lower() in found.lower(), errors
    assert len(queries.versions(agreement)) == 1


def test_of_two_who_edit_a_part_the_second_keeps_the_form(
    agreement: Agreement, browser: Client
) -> None:
    address = "/agreements/AG-7/credits/change/"
    sent = begun(browser, address, at_risk="10 %")
    assert browser.post(address, sent).status_code == 302
    second = browser.post(address, sent | {"at_risk": "9 %", "effective_from": "2027-02-01"})
    assert second.status_code == 409
    text = text_of(second)
    assert 'value="9 %"' in text
    assert "/agreements/AG-7/versions/2/" in text
    assert "See what was saved meanwhile" in text
    again = browser.post(address, form_on(text))
    assert again.status_code == 302, "what was typed is laid over the newer version"
    assert len(queries.versions(agreement)) == 3


def test_who_adds_or_removes_meanwhile_is_shown_the_newer_version_too(
    agreement: Agreement, browser: Client
) -> None:
    removal = "/agreements/AG-7/calendars/office/remove/"
    sent = begun(browser, removal)
    changed = begun(browser, "/agreements/AG-7/credits/change/", at_risk="10 %")
    assert browser.post("/agreements/AG-7/credits/change/", changed).status_code == 302
    rename = "/agreements/AG-7/clocks/resolve/change/"
    late = browser.post(rename, begun(browser, rename, name="solve") | {"version": sent["version"]})
    assert late.status_code == 409
    assert "/agreements/AG-7/versions/2/" in text_of(late)
    assert 'value="solve"' in text_of(late)


def test_credits_triggers_and_amounts_by_month_are_entered(
    agreement: Agreement, browser: Client
) -> None:
    address = "/agreements/AG-7/credits/change/"
    change = {
        "pool": "150 %", "repeated_from": "", "repeated_times": "",
        "months-0-month": "2027-03", "months-0-amount": "95000",
        "triggers-0-id": "four", "triggers-0-title": "Four running", "triggers-0-in_a_row": "4",
        "triggers-0-service_level": "in-time", "triggers-0-lapses_after_days": "30",
    }  # fmt: skip
    sent = begun(browser, address, **change)
    said = text_of(browser.post(address, sent, headers=FRAGMENT))
    assert "below expected 4 months running: a right to terminate" in said
    assert browser.post(address, sent).status_code == 302
    terms = changed_terms(agreement)
    assert terms.credits is not None
    assert terms.credits.repeated is None
    assert [one.in_a_row for one in terms.credits.triggers] == [4]
    assert terms.credit_base is not None
    assert list(terms.credit_base.months) == ["2027-03"]


def test_a_calendar_is_added_and_a_clock_put_on_it(agreement: Agreement, browser: Client) -> None:
    address = "/agreements/AG-7/new-calendar/"
    calendar = {
        "name": "long", "country": "DE", "subdivision": "NW", "removed": "2027-12-24",
        "hours-0-weekdays": "monday-friday", "hours-0-windows": "07:00-12:00 and 13:00-20:00",
        "added-0-day": "2027-12-18", "added-0-windows": "09:00-12:00",
    }  # fmt: skip
    assert browser.post(address, begun(browser, address, **calendar)).status_code == 302
    taken = browser.post(address, begun(browser, address, **calendar))
    assert "already: choose a free name" in taken.context["form"].errors["name"][0]
    address = "/agreements/AG-7/new-clock/"
    wanted = {
        "name": "respond", "stops": "in_progress", "calendar": "long", "priority": "first",
        "by_priority-0-priority": "1", "by_priority-0-calendar": "always",
    }  # fmt: skip
    with clock.held_at(datetime.fromisoformat("2027-02-01T12:00:00+00:00")):
        sent = begun(browser, address, **wanted)
        assert "a right" not in text_of(browser.post(address, sent, headers=FRAGMENT))
        assert browser.post(address, sent).status_code == 302
    terms = changed_terms(agreement)
    assert [str(one) for one in terms.calendar("long").windows[0]] == ["07:00-12:00", "13:00-20:00"]
    assert terms.clocks["respond"].calendar.priority == {"1": "always"}


def test_frozen_days_and_the_order_of_pauses_stay(everything: Agreement, browser: Client) -> None:
    for address, change in (
        ("/agreements/AG-9/calendars/office/change/", {"time_zone": ""}),
        ("/agreements/AG-9/clocks/resolve/change/", {"priority": "last"}),
    ):
        sent = begun(browser, address, note="One more", **change)
        assert browser.post(address, sent).status_code == 302
    terms = changed_terms(everything)
    before = read_agreement(EVERYTHING)
    assert terms.calendars["office"].holidays == before.calendars["office"].holidays


def test_the_editors_stay_within_twelve_queries_and_are_linked(
    everything: Agreement, browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = text_of(browser.get("/agreements/AG-9/"))
    for address in editors_of(read_agreement(EVERYTHING)):
        assert f'href="{address}"' in page
        with django_assert_max_num_queries(12):
            browser.get(address)


def test_a_provider_may_not_change_a_part(
    agreement: Agreement, brightdesk: Organisation, person: Callable[..., Person], at: datetime
) -> None:
    browser = Client()
    browser.force_login(person("account_manager", of=brightdesk))
    with clock.held_at(at):
        for address in editors_of(read_agreement(BRIGHTDESK)):
            assert browser.get(address).status_code in {403, 404}
            assert f'href="{address}"' not in text_of(browser.get("/agreements/AG-7/"))
