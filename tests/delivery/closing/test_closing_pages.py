"""The page of a close, exclusions and credits over HTTP."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from delivery.conftest import Story
from delivery.months_closed import (
    OCTOBER,
    WHY,
    account_manager_of,
    checked,
    confirmed,
    lead_of,
    sent,
)
from retained.contracts.models import Agreement
from retained.delivery.commands.answers import Answer, Kind, answer_statement
from retained.delivery.commands.exclusions import ask_exclusion
from retained.delivery.models import CreditClaim, Exclusion, MonthClose, ProviderAnswer
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.evidence.commands.reported import Figure, keep_reported_figures
from retained.files.models import StoredFile
from retained.pages.needs import needs
from retained.shared import clock

BrowserOf = Callable[[Person | None], Client]
PAGE = "/run/AG-7/2026-10/close/"


def text_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_a_month_is_closed_from_check_to_answer_on_one_page(
    story: Story, browser_of: BrowserOf
) -> None:
    jeroen, femke = browser_of(story.manager), browser_of(lead_of(story))
    assert "Missing: P3 in time, Resolved the first time." in text_of(jeroen, PAGE)
    refused = jeroen.post(f"{PAGE}check/", {"reason": ""})
    assert refused.status_code == 422
    assert "The provider&#x27;s figure is missing" in refused.content.decode()
    assert jeroen.post(f"{PAGE}check/", {"reason": WHY}).status_code == 302
    assert "You checked it yourself" in text_of(jeroen, PAGE)
    shown = text_of(femke, PAGE)
    close = MonthClose.objects.get()
    assert close.sha256 in shown
    assert "Owed together, after 552.00 EUR" in shown.replace('<span class="rt-figure">', "")
    assert femke.post(f"{PAGE}1/confirm/", {"version": close.version}).status_code == 302
    assert jeroen.post(f"{PAGE}1/send/", {"version": close.version + 1}).status_code == 302
    assert "Due by 19 November 2026" in text_of(jeroen, PAGE)
    mail = SimpleUploadedFile("answer.eml", b"From: them")
    answer = {"kind": "agreed", "sentence": "Fine", "version": close.version + 2, "mail": mail}
    assert jeroen.post(f"{PAGE}1/answer/", answer).status_code == 302
    kept = ProviderAnswer.objects.get()
    assert "The provider agreed" in text_of(jeroen, PAGE)
    assert b"".join(jeroen.get(f"/answers/{kept.pk}/mail/")) == b"From: them"  # type: ignore[arg-type] # streams


def test_the_providers_figures_are_entered_where_they_are_missing(
    story: Story, browser_of: BrowserOf
) -> None:
    jeroen = browser_of(story.manager)
    empty = jeroen.post(f"{PAGE}report/", {})
    assert (empty.status_code, b"at least one figure" in empty.content) == (422, True)
    figures = {"met_other": "90", "counted_other": "100", "percent_first-time": "81.5"}
    assert jeroen.post(f"{PAGE}report/", figures).status_code == 302
    text = text_of(jeroen, PAGE)
    assert "90.0 % reported (90 of 100)" in text
    assert "Every service level has the provider’s own figure beside ours." in text


def test_second_clicks_and_stale_pages_get_clear_pages(story: Story, browser_of: BrowserOf) -> None:
    close, femke = confirmed(story), browser_of(lead_of(story))
    again = femke.post(f"{PAGE}1/confirm/", {"version": 1})
    assert (again.status_code, b"confirmed already" in again.content) == (422, True)
    stale = browser_of(story.manager).post(f"{PAGE}1/send/", {"version": close.version - 1})
    assert (stale.status_code, b"changed by somebody else" in stale.content) == (409, True)


def test_the_pages_ask_the_database_a_fixed_number_of_questions(
    story: Story, browser_of: BrowserOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sent(story)
    femke = browser_of(lead_of(story))
    text_of(femke, PAGE)
    for path in (PAGE, "/run/AG-7/2026-10/statement/1/", "/credits/"):
        with django_assert_max_num_queries(12):
            text_of(femke, path)


def test_a_correction_that_waits_costs_the_page_no_more(
    story: Story, browser_of: BrowserOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sent(story)
    figure = Figure(label="P3 in time", month=OCTOBER, met=90, counted=100)
    keep_reported_figures(story.source, [figure], by=story.manager, at=clock.now())
    checked(story, OCTOBER, reason="A figure came late.")
    femke = browser_of(lead_of(story))
    assert "corrects statement 1" in text_of(femke, PAGE)
    with django_assert_max_num_queries(12):
        text_of(femke, PAGE)


def test_of_many_agreements_one_is_chosen_to_ask_in(story: Story, browser_of: BrowserOf) -> None:
    jeroen = browser_of(story.manager)
    assert 'href="/exclusions/ask/AG-7/"' in text_of(jeroen, "/exclusions/")
    Agreement.objects.create(
        reference="AG-8", title="Networks", provider=story.cast.own, created_at=clock.now()
    )
    assert 'href="/exclusions/ask/"' in text_of(jeroen, "/exclusions/")
    found = text_of(jeroen, "/exclusions/ask/?words=service")
    assert 'href="/exclusions/ask/AG-7/"' in found
    assert "AG-8" not in found


def test_a_ticket_is_asked_for_from_its_own_page(story: Story, browser_of: BrowserOf) -> None:
    jeroen = browser_of(story.manager)
    page = text_of(jeroen, "/run/AG-7/urgent/tickets/INC-10001/")
    assert "/exclusions/ask/AG-7/?service_level=urgent&amp;ticket=INC-10001" in page
    form = text_of(jeroen, "/exclusions/ask/AG-7/?service_level=urgent&ticket=INC-10001")
    assert 'value="INC-10001"' in form
    assert '<option value="2026-01" selected>' in form, "the month in which it was measured"
    sent_form = {
        "service_level": "urgent", "ticket": "INC-10001", "month": "2026-01", "reason": "Fire",
    }  # fmt: skip
    assert jeroen.post("/exclusions/ask/AG-7/", sent_form).status_code == 302
    twice = jeroen.post("/exclusions/ask/AG-7/", sent_form)
    assert (twice.status_code, b"left out already" in twice.content) == (422, True)


def test_an_exclusion_is_answered_and_listed(story: Story, browser_of: BrowserOf) -> None:
    asked = ask_exclusion(
        story.agreement, "INC-13027", service_level="urgent", month=OCTOBER, reason="Flood",
        by=account_manager_of(story), at=clock.now(),
    )  # fmt: skip
    jeroen, page = browser_of(story.manager), f"/exclusions/{asked.pk}/"
    assert any("INC-13027" in need.title for need in needs(story.manager, clock.now()))
    refused = jeroen.post(f"{page}answer/", {"agreed": "no", "answer": "", "version": 1})
    assert (refused.status_code, b"Say why you refuse" in refused.content) == (422, True)
    done = jeroen.post(f"{page}answer/", {"agreed": "no", "answer": "Dry", "version": 1})
    assert done.status_code == 302
    assert "INC-13027" in text_of(jeroen, "/exclusions/?state=refused")
    assert "INC-13027" not in text_of(jeroen, "/exclusions/?state=asked")
    assert Exclusion.objects.get().answer == "Dry"


def test_credits_are_claimed_received_short_and_told(story: Story, browser_of: BrowserOf) -> None:
    close = confirmed(story)
    credit = CreditClaim.objects.get(close=close)
    anouk = story.cast.people[Role.FINANCE]
    browser, page = browser_of(anouk), f"/credits/{credit.pk}/"
    assert any("claim the credit" in need.title for need in needs(anouk, clock.now()))
    assert "11,040 EUR" in text_of(browser, "/credits/")
    assert browser.post(f"{page}claim/", {"version": 1}).status_code == 302
    note = {"credit_note": "CN-9", "amount": "11000.00", "version": 2}
    assert browser.post(f"{page}receive/", note).status_code == 302
    assert "-40.00 EUR" in text_of(browser, page)
    assert any("came short" in need.title for need in needs(anouk, clock.now()))


def test_a_superseded_credit_stays_readable_and_leads_to_the_newer_one(
    story: Story, browser_of: BrowserOf
) -> None:
    first = confirmed(story)
    old = CreditClaim.objects.get(close=first)
    figures = [Figure(label="P1 and P2 in time", month=OCTOBER, met=230, counted=240)]
    keep_reported_figures(story.source, figures, by=story.manager, at=clock.now())
    second = confirmed(story, reason="The report was wrong")
    new = CreditClaim.objects.get(close=second)
    browser = browser_of(story.cast.people[Role.FINANCE])
    page = text_of(browser, f"/credits/{old.pk}/")
    assert "Its statement was superseded by" in page
    assert f"/credits/{new.pk}/" in page
    assert "It was claimed" not in page
    browser.post(f"/credits/{new.pk}/claim/", {"version": new.version})
    assert "credit claimed" in text_of(browser, f"/credits/{new.pk}/")


def test_a_disputed_month_is_called_so_wherever_it_stands(
    story: Story, browser_of: BrowserOf
) -> None:
    close = sent(story)
    answer_statement(
        close, Answer(Kind.DISPUTED, "The line was cut"), by=account_manager_of(story),
        at=clock.now(), version=close.version,
    )  # fmt: skip
    browser = browser_of(story.manager)
    assert "closed, disputed" in text_of(browser, "/run/AG-7/")
    assert "closed, disputed" in text_of(browser, "/run/")
    assert "due, disputed" in text_of(browser_of(story.cast.people[Role.FINANCE]), "/credits/")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.EXECUTIVE])
def test_readers_see_no_buttons_that_they_may_not_press(
    story: Story, browser_of: BrowserOf, role: Role
) -> None:
    sent(story)
    text = text_of(browser_of(story.cast.people[role]), PAGE)
    for words in ("Check the month", "Confirm October", "Keep an answer", "Correct this month"):
        assert words not in text


def test_a_mail_whose_answer_is_refused_is_not_kept(story: Story, browser_of: BrowserOf) -> None:
    close = sent(story)
    mail = SimpleUploadedFile("answer.eml", b"From: them")
    answer = {"kind": "disputed", "sentence": "", "version": close.version, "mail": mail}
    refused = browser_of(story.manager).post(f"{PAGE}1/answer/", answer)
    assert (refused.status_code, b"Say what you dispute" in refused.content) == (422, True)
    assert not StoredFile.objects.filter(folder="mails").exists()


def test_a_mail_of_a_kind_that_is_not_taken_is_refused(story: Story, browser_of: BrowserOf) -> None:
    close = sent(story)
    mail = SimpleUploadedFile("answer.exe", b"MZ")
    answer = {"kind": "agreed", "version": close.version, "mail": mail}
    refused = browser_of(story.manager).post(f"{PAGE}1/answer/", answer)
    assert (refused.status_code, b"cannot be taken" in refused.content) == (422, True)
