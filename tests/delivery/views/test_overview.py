"""The overview: how agreements stand, for whom, and what runs told apart."""

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from delivery.conftest import Story
from delivery.months_closed import account_manager_of, sent
from delivery.story import STORY_DAY
from delivery.views.test_service_levels import BrowserOf, text_of
from retained.delivery.commands.answers import Answer, Kind, answer_statement
from retained.delivery.models import CloseState, ProviderAnswer, Standing
from retained.delivery.queries.overview import STATE_WORDS, AgreementNow, agreements_now
from retained.directory.engine.roles import Role
from retained.shared import clock


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture
def desk(story: Story) -> AgreementNow:
    del story  # it is told
    [found] = agreements_now(Standing.objects.all(), at=STORY_DAY)
    return found


def test_an_agreement_shows_its_last_month_beside_what_the_provider_reported(
    desk: AgreementNow,
) -> None:
    urgent = desk.levels[0].last
    assert (desk.month.title, desk.state) == ("October 2026", "over, not closed yet")
    assert (_plain(urgent.words), _plain(urgent.reported_words)) == ("88.8 %", "95.4 %")
    assert urgent.verdict == "below_minimum"
    assert str(desk.owed) == "11,040.00 EUR"
    assert desk.notice_on is None


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Kind.AGREED, "closed, the provider agreed"),
        (Kind.DISPUTED, "closed, and disputed by the provider"),
    ],
)
def test_an_answered_month_says_what_the_provider_answered(
    kind: Kind, state: str, story: Story
) -> None:
    close, by = sent(story), account_manager_of(story)
    answer_statement(
        close, Answer(kind, "16 tickets"), by=by, at=clock.now(), version=close.version
    )
    [found] = agreements_now(Standing.objects.all(), at=clock.now())
    assert found.state == state


def test_the_month_that_runs_is_told_apart_and_never_a_verdict(desk: AgreementNow) -> None:
    assert desk.running.title == "November 2026"
    for level in desk.levels:
        assert level.running is None or level.running.verdict == ""


def test_a_trend_says_in_words_what_its_line_shows(desk: AgreementNow) -> None:
    trend = desk.levels[0].trend
    assert trend is not None
    assert _plain(trend.sentence) == "97.1 % in Jan 26, 88.8 % in Oct 26; missed in 4 of 10 months"


def test_every_way_in_which_a_month_may_stand_has_words() -> None:
    answered = [name for name in CloseState.values if name not in {"dropped", "answered"}]
    assert set(STATE_WORDS) == {"open", *answered, *ProviderAnswer.Kind.values}


def test_three_queries_read_every_agreement(
    story: Story, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    del story
    with django_assert_num_queries(3):
        agreements_now(Standing.objects.all(), at=STORY_DAY)


def test_who_only_reads_sees_how_things_stand_and_gets_nothing_to_do(
    story: Story, browser_of: BrowserOf
) -> None:
    browser = browser_of(story.cast.people[Role.AUDITOR])
    text = text_of(browser, "/")
    assert "Nothing waits for you" in text
    assert "P1 and P2 in time" in text
    assert "First steps" not in text
    assert "Measure anew" not in text_of(browser, "/run/AG-7/")
    assert "Send a file" not in text_of(browser, "/evidence/")
