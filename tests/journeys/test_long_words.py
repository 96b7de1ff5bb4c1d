"""One word of two thousand letters, where people may write: no page grows wider by it."""

import pytest

from delivery.conftest import Story, make_story
from delivery.months_closed import account_manager_of, lead_of, sent
from delivery.story import STORY_DAY, STORY_ZONE
from directory.cast import Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.delivery.commands.answers import Answer, Kind, answer_statement
from retained.delivery.commands.exclusions import ask_exclusion
from retained.directory.engine.roles import Role
from retained.shared import clock
from retained.shared.months import Month

WORD = "Donaudampfschifffahrt" * 95  # 1,995 letters


@pytest.fixture
def story(cast: Cast) -> Story:
    clock.tell_story_of(STORY_DAY.date(), STORY_ZONE)
    made = make_story(cast)
    ask_exclusion(
        made.agreement, "INC-10001", service_level="urgent", month=Month(2026, 1), reason=WORD,
        by=cast.account_manager, at=clock.now(),
    )  # fmt: skip
    close = sent(made, reason=WORD)
    answer_statement(
        close,
        Answer(Kind.DISPUTED, WORD),
        by=account_manager_of(made),
        at=clock.now(),
        version=close.version,
    )
    return made


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_word_of_two_thousand_letters_widens_no_page(
    visit: Visitor, story: Story, viewport: dict[str, int]
) -> None:
    statement = "AG-7/2026-10"
    ours = [f"/run/{statement}/close/", f"/run/{statement}/statement/1/", "/exclusions/", "/"]
    readers = (
        (lead_of(story), ours),
        (story.cast.people[Role.AUDITOR], ["/record/"]),
        (account_manager_of(story), ["/portal/", f"/portal/statements/{statement}/1/"]),
    )
    for person, paths in readers:
        here = visit(person, viewport=viewport)
        for path in paths:
            page = here.open(path)
            inner = page.evaluate(
                "Math.max(0, ...[...document.querySelectorAll('.rt-table-scroll')]"
                ".map((one) => one.scrollWidth - one.clientWidth))"
            )
            assert (path, here.overflow() <= 0, inner <= 1) == (path, True, True)
