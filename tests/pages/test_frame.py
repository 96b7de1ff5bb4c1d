"""The frame of every page: navigation, needs, search, refusals, headers."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import resolve, reverse

from directory.cast import AT, Cast
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.pages import navigation, needs, overview, problems, search
from retained.pages.navigation import NavItem
from retained.pages.needs import Need
from retained.pages.overview import Card
from retained.pages.search import Hit
from retained.shared.errors import (
    ChangedMeanwhileError,
    DomainError,
    NotAllowedError,
    NotThereError,
)


@pytest.fixture
def _nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    for room in (needs, overview, search):
        monkeypatch.setattr(room, "_sources", [])


@pytest.fixture
def browser(cast: Cast) -> Iterator[Client]:
    client = Client()
    client.force_login(cast.service_manager)
    return client


@pytest.mark.usefixtures("_nothing_registered")
class TestNavigation:
    def test_stages_come_in_the_order_of_the_road_and_only_with_something_in_them(self) -> None:
        for stage, address in (("run", "search"), ("house", "people"), ("overview", "overview")):
            navigation.register(NavItem(stage, stage, address, "x"))
        found = navigation.sections(lambda item: item.stage != "house", path="/none/")
        assert [section.title for section in found] == ["", "Run"]

    def test_the_line_with_the_longest_fitting_address_is_the_current_one(self) -> None:
        navigation.register(NavItem("overview", "Overview", "overview", "home"))
        navigation.register(NavItem("house", "Directory", "directory", "x"))
        navigation.register(NavItem("house", "People", "people", "x"))
        found = navigation.sections(lambda _item: True, path=reverse("people") + "anna/")
        current = [line.item.title for part in found for line in part.lines if line.is_current]
        assert current == ["People"]

    def test_an_address_registered_again_stands_once(self) -> None:
        for title in ("Old", "New"):
            navigation.register(NavItem("run", title, "overview", "x"))
        [section] = navigation.sections(lambda _item: True, path="/")
        assert [line.item.title for line in section.lines] == ["New"]

    def test_an_unknown_stage_is_a_mistake_of_ours(self) -> None:
        with pytest.raises(ValueError, match="no stage"):
            navigation.register(NavItem("sale", "Sale", "overview", "x"))


@pytest.mark.usefixtures("_nothing_registered")
def test_the_most_urgent_need_comes_first_and_undated_ones_last(browser: Client) -> None:
    def mine(_person: Person, _at: object) -> list[Need]:
        return [
            Need("undated", "why", "/u/", weight=99),
            Need("tomorrow", "why", "/t/", due=AT + timedelta(days=1)),
            Need("light", "why", "/l/", due=AT),
            Need("heavy", "why", "/h/", due=AT, weight=5),
        ]

    needs.register(mine)
    needs.register(mine)
    text = browser.get("/").content.decode()
    places = [text.index(f">{title}<") for title in ("heavy", "light", "tomorrow", "undated")]
    assert places == sorted(places)
    assert text.count(">heavy<") == 1


@pytest.mark.usefixtures("_nothing_registered")
def test_a_card_is_shown_to_whom_it_applies(browser: Client, cast: Cast) -> None:
    def card(person: Person, _at: object) -> Card | None:
        if person != cast.service_manager:
            return None
        return Card("Months to close", "pages/empty.html", {}, url="/months/", width="third")

    overview.register(card)
    assert b"Months to close" in browser.get("/").content
    other = Client()
    other.force_login(cast.administrator)
    assert b"Months to close" not in other.get("/").content


@pytest.mark.usefixtures("_nothing_registered")
class TestSearch:
    def test_hits_are_grouped_by_kind_and_shown_as_text(self, browser: Client) -> None:
        search.register(
            lambda _person, words: [Hit("Provider", f"<b>{words[0]}</b>", "/x/", "networks")]
        )
        text = browser.get("/search/", {"q": "Cor val"}).content.decode()
        assert "&lt;b&gt;Cor&lt;/b&gt;" in text
        assert "<b>Cor" not in text

    def test_no_words_ask_nobody(self, browser: Client) -> None:
        search.register(lambda _person, _words: pytest.fail("asked"))
        assert b"What are you looking for?" in browser.get("/search/", {"q": "  "}).content

    def test_a_source_gives_at_most_its_share(self, cast: Cast) -> None:
        many = [Hit("Ticket", str(number), "/") for number in range(99)]
        search.register(lambda _person, _words: many)
        [group] = search.hits(cast.administrator, ["x"])
        assert len(group.hits) == search.MOST_HITS_A_SOURCE

    def test_at_most_six_words_are_looked_for(self) -> None:
        assert search.words_of(" a b  c d e f g ") == list("abcdef")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotThereError("This ticket"), 404),
        (NotAllowedError("Ask finance."), 403),
        (ChangedMeanwhileError("This goal"), 409),
        (DomainError("October is closed."), 422),
    ],
)
class TestRefusals:
    def test_a_page_says_the_sentence(
        self, rf: object, browser: Client, error: DomainError, status: int
    ) -> None:
        request = self._request(rf, browser, "/")
        response = problems.refusal(request, error)
        assert response.status_code == status
        shown = problems.NOT_THERE if status == 404 else error.message
        assert shown in response.content.decode()

    def test_a_fragment_goes_above_the_page(
        self, rf: object, browser: Client, error: DomainError, status: int
    ) -> None:
        request = self._request(rf, browser, "/", headers={"HX-Request-Type": "partial"})
        response = problems.refusal(request, error)
        assert (response.status_code, response["HX-Retarget"]) == (status, "#problem")
        assert "<html" not in response.content.decode()

    def test_a_machine_reads_json(
        self, rf: object, browser: Client, error: DomainError, status: int
    ) -> None:
        response = problems.refusal(self._request(rf, browser, "/api/v1/x/"), error)
        assert response.status_code == status
        assert response["Content-Type"] == "application/json"

    def _request(self, rf: object, browser: Client, path: str, **more: object) -> HttpRequest:
        request = rf.get(path, **more)
        request.resolver_match = resolve("/")
        request.session = browser.session
        request.user = request.person = Person.objects.get(pk=browser.session["_auth_user_id"])
        return request


def test_what_is_not_there_is_one_page_byte_for_byte(browser: Client) -> None:
    with override_settings(DEMONSTRATION=False, DEBUG=False):
        answers = [browser.get(path) for path in ("/nothing/", "/develop/style/", "/x/y/?z=1")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_the_style_page_is_there_in_the_demonstration_only(browser: Client) -> None:
    with override_settings(DEMONSTRATION=True):
        assert browser.get("/develop/style/").status_code == 200
    with override_settings(DEMONSTRATION=False):
        assert browser.get("/develop/style/").status_code == 404


def test_somebody_not_signed_in_is_led_to_the_sign_in_page(db: None) -> None:
    response = Client().get("/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/")


@pytest.mark.parametrize("path", ["/", "/search/", "/nothing/", "/accounts/login/"])
def test_every_page_is_sent_with_what_keeps_it_safe(browser: Client, path: str) -> None:
    headers = browser.get(path).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert headers["Cache-Control"].startswith(("no-store", "max-age=0"))
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_no_page_holds_anything_inline(browser: Client) -> None:
    with override_settings(DEMONSTRATION=True):
        text = browser.get("/develop/style/").content.decode()
    assert " style=" not in text
    assert " onclick=" not in text
    assert "<style" not in text
    assert "<script>" not in text


@pytest.mark.usefixtures("_nothing_registered")
def test_the_frame_of_a_page_costs_few_queries(
    browser: Client, django_assert_max_num_queries: object
) -> None:
    """Session, person, roles, second factor and seal; the rest is for the page itself."""
    with django_assert_max_num_queries(6):
        browser.get("/")


def test_the_overview_costs_few_queries(
    browser: Client, django_assert_max_num_queries: object
) -> None:
    """Every stage asks once for each kind of thing that may need somebody."""
    with django_assert_max_num_queries(15):
        browser.get("/")


@pytest.mark.usefixtures("_nothing_registered")
def test_a_page_shows_times_on_the_wall_of_the_readers_organisation(browser: Client) -> None:
    needs.register(lambda _person, _at: [Need("one", "why", "/", due=AT)])
    assert "9 Nov 2026, 09:00" in browser.get("/").content.decode()


def test_htmx_is_told_to_leave_the_page_when_the_session_has_ended(db: None) -> None:
    response = Client().get("/search/", headers={"HX-Request-Type": "partial"})
    assert (response.status_code, response.content) == (200, b"")
    assert response["HX-Redirect"] == "/accounts/login/?next=/search/"


def test_an_empty_installation_shows_the_first_steps_and_who_may_do_them(
    cast: Cast, browser: Client
) -> None:
    client = Client()
    client.force_login(cast.people[Role.LEGAL])
    text = " ".join(client.get("/").content.decode().split())
    assert "First steps" in text
    assert '<a href="/agreements/new/">Write down an agreement</a>' in text
    assert "Open to: Sourcing lead, Legal." in text
    assert "Add a provider <" in text  # done: the cast has one
    assert '<a href="/evidence/send/">' in browser.get("/").content.decode()
    assert '<a href="/evidence/send/">' not in text
