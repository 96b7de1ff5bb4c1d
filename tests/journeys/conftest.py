"""Journeys: a real Chromium against a real server, one browser for the whole session.

Every visit listens for what must never happen (a breach of the content policy, an error on the
console, a script that failed) and the test fails at its end if anything did.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from directory.cast import Cast, make_cast
from ground.chromium import installed
from retained.directory.models import Person

# What is waited for comes or does not, on a busy machine as on a fast one: speed is for benchmarks.
expect.set_options(timeout=20_000)

AXE = Path(__file__).resolve().parents[1] / "vendor/axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LISTEN = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


@dataclass
class Visit:
    """A browser of one person: `page` to act on, `problems` that must stay empty."""

    page: Page
    address: str
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page of the server and wait until it is quiet."""
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def findings(self) -> list[str]:
        """Return what axe finds on the page as it stands, one line each."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", AXE_RULES)
        return [
            f"{one['id']}: {node['html'][:160]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


Visitor = Callable[..., Visit]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the one Chromium of this session: what `bin/test` found, or an installed one."""
    found = os.environ.get("RETAINED_CHROMIUM") or installed()
    if not found:
        pytest.fail("Journeys need Chromium: run them by bin/test, which finds or installs one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Return the cast, where the server's own threads see it."""
    return make_cast()


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[Visitor]:
    """Return what opens a browser: `visit(person, viewport=PHONE, theme="dark")`."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def begin(
        person: Person | None,
        *,
        viewport: dict[str, int] = DESK,
        theme: str = "light",
        script: bool = True,
    ) -> Visit:
        context = chromium.new_context(
            viewport=viewport, color_scheme=theme, java_script_enabled=script, locale="en-GB"
        )
        contexts.append(context)
        if person is not None:
            context.add_cookies([_session_of(person, live_server.url)])
        context.add_init_script(LISTEN)
        one = Visit(context.new_page(), live_server.url)
        one.page.on("console", lambda message: _note(one, message.type, message.text))
        one.page.on("pageerror", lambda error: one.problems.append(f"script: {error}"))
        visits.append(one)
        return one

    yield begin
    for context in contexts:
        context.close()
    assert [problem for one in visits for problem in one.problems] == []


def _session_of(person: Person, address: str) -> dict[str, str]:
    """Return the cookie of a session in which `person` is signed in."""
    browser = Client()
    browser.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": browser.cookies[name].value, "url": address}


def _note(one: Visit, kind: str, text: str) -> None:
    """Keep an error of the console; a refusal's own status is no error of the page."""
    if kind == "error" and "the server responded with a status of 4" not in text:
        one.problems.append(text)
