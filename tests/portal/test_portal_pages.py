"""The provider's door: its own sent statements and exclusions, and nothing of anybody else."""

from collections.abc import Callable

from django.test import Client

from delivery.conftest import Story
from delivery.months_closed import account_manager_of, confirmed, sent
from directory.cast import CANARY
from retained.delivery.commands.exclusions import ask_exclusion
from retained.delivery.models import MonthClose, ProviderAnswer
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.pages.needs import needs
from retained.shared import clock

BrowserOf = Callable[[Person | None], Client]
STATEMENT = "/portal/statements/AG-7/2026-10/1/"


def text_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_a_providers_person_lands_on_its_statements_and_sees_nothing_else(
    story: Story, browser_of: BrowserOf
) -> None:
    sent(story)
    browser = browser_of(account_manager_of(story))
    assert browser.get("/")["Location"] == "/portal/"
    page = browser.get("/portal/", follow=True)
    lines = [line.item.title for section in page.context["navigation"] for line in section.lines]
    assert lines == ["Statements", "Exclusions"]
    for path in ("/run/", "/run/AG-7/", "/run/AG-7/2026-10/close/", "/credits/", "/evidence/"):
        assert browser.get(path).status_code == 404, path


def test_nothing_is_seen_before_it_was_sent(story: Story, browser_of: BrowserOf) -> None:
    close = confirmed(story)
    browser = browser_of(account_manager_of(story))
    assert "No statement yet" in text_of(browser, "/portal/")
    nothing = browser.get("/portal/statements/AG-7/2026-10/9/").content
    for path in (STATEMENT, "/run/AG-7/2026-10/statement/1/pdf/"):
        answer = browser.get(path)
        assert (answer.status_code, answer.content) == (404, nothing)
    answer = browser.post(f"{STATEMENT}answer/", {"kind": "agreed", "version": close.version})
    assert answer.status_code == 404


def test_another_provider_and_a_stranger_find_nothing(story: Story, browser_of: BrowserOf) -> None:
    sent(story)
    asked = ask_exclusion(
        story.agreement, "INC-10001", service_level="urgent", month=None, reason="Flood",
        by=story.manager, at=clock.now(),
    )  # fmt: skip
    rival = browser_of(story.cast.rival)
    paths = (
        STATEMENT, "/run/AG-7/2026-10/statement/1/pdf/", f"/exclusions/{asked.pk}/",
        "/exclusions/ask/AG-7/",
    )  # fmt: skip
    nothing = rival.get("/exclusions/999999/").content
    for path in paths:
        assert rival.get(path).content == nothing, path
        assert browser_of(None).get(path).status_code == 302, path
    assert "AG-7" not in text_of(rival, "/portal/")
    assert "INC-10001" not in text_of(rival, "/exclusions/")


def test_no_page_of_a_provider_names_another(story: Story, browser_of: BrowserOf) -> None:
    sent(story)
    browser = browser_of(account_manager_of(story))
    for path in ("/portal/", STATEMENT, "/exclusions/"):
        assert CANARY not in text_of(browser, path)


def test_the_account_manager_disputes_with_sentence_and_amount(
    story: Story, browser_of: BrowserOf
) -> None:
    close, priya = sent(story), account_manager_of(story)
    browser = browser_of(priya)
    assert any("answer the statement" in need.title for need in needs(priya, clock.now()))
    assert "213 of 240" in text_of(browser, STATEMENT)
    wordless = {"kind": "disputed", "version": close.version}
    answer = browser.post(f"{STATEMENT}answer/", wordless)
    assert (answer.status_code, b"Say what you dispute" in answer.content) == (422, True)
    dispute = wordless | {"sentence": "16 tickets", "disputed": "1200.50"}
    assert browser.post(f"{STATEMENT}answer/", dispute).status_code == 302
    assert ProviderAnswer.objects.get().disputed_minor == 120_050
    stale = browser.post(f"{STATEMENT}answer/", {"kind": "agreed", "version": close.version})
    assert (stale.status_code, b"changed by somebody else" in stale.content) == (409, True)
    assert any("is disputed" in need.title for need in needs(story.manager, clock.now()))
    assert "waits for your answer" not in text_of(browser, "/portal/")


def test_a_contributor_reads_but_does_not_answer(story: Story, browser_of: BrowserOf) -> None:
    close = sent(story)
    browser = browser_of(story.cast.people[Role.CONTRIBUTOR])
    assert "Your answer" not in text_of(browser, STATEMENT)
    answer = browser.post(f"{STATEMENT}answer/", {"kind": "agreed", "version": close.version})
    assert answer.status_code == 404
    assert not ProviderAnswer.objects.exists()


def test_a_superseded_statement_is_answered_no_more(story: Story, browser_of: BrowserOf) -> None:
    close = sent(story)
    MonthClose.objects.filter(pk=close.pk).update(is_current=False)
    browser = browser_of(account_manager_of(story))
    assert "Your answer" not in text_of(browser, STATEMENT)
    answer = browser.post(f"{STATEMENT}answer/", {"kind": "agreed", "version": close.version})
    assert (answer.status_code, b"was superseded" in answer.content) == (422, True)
