"""Two people at the same moment: one act counts, the other is told; on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import close_old_connections, connection

from delivery.conftest import Story, make_story
from delivery.months_closed import WHY, checked, lead_of
from delivery.story import STORY_DAY, STORY_ZONE
from directory.cast import make_cast
from retained.delivery.commands.closing import check_month, confirm_month
from retained.delivery.models import CreditClaim, MonthClose
from retained.directory.engine.roles import Role
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.months import Month


@pytest.fixture
def story(transactional_db: None) -> Story:
    cache.clear()
    clock.tell_story_of(STORY_DAY.date(), STORY_ZONE)
    return make_story(make_cast())


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all acts at the same moment; return what each gave or the rule that it broke."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait(timeout=30)
        try:
            return act()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        found = list(pool.map(run, acts))
    close_old_connections()
    return found


def test_a_month_checked_by_two_at_once_is_checked_once(story: Story) -> None:
    people = (story.manager, lead_of(story))
    found = at_once(
        *(
            lambda person=person: check_month(
                story.agreement, Month(2026, 10), reason=WHY, by=person, at=clock.now()
            )
            for person in people
        )
    )
    refused = [one for one in found if isinstance(one, DomainError)]
    assert len(refused) == 1
    assert "is checked already" in str(refused[0])
    assert MonthClose.objects.count() == 1


def test_a_month_confirmed_by_two_at_once_owes_once(story: Story) -> None:
    key = checked(story).pk
    people = (lead_of(story), story.cast.people[Role.FINANCE])
    found = at_once(
        *(
            lambda person=person: confirm_month(
                MonthClose.objects.get(pk=key), by=person, at=clock.now(), version=1
            )
            for person in people
        )
    )
    assert sum(isinstance(one, DomainError) for one in found) == 1
    assert MonthClose.objects.filter(is_current=True).count() == 1
    assert CreditClaim.objects.count() == 1
