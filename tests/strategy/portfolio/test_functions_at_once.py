"""Two people at the same moment: a circle is never closed, and answers count once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection

from directory.cast import AT, make_cast
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.shared.errors import DomainError
from retained.strategy.commands.appraisals import give_appraisal
from retained.strategy.commands.portfolio import add_function, move_function
from retained.strategy.engine.function_files import read_function
from retained.strategy.engine.own_or_buy import Question
from retained.strategy.models import Appraisal, ItFunction
from strategy.portfolio.function_texts import function


@pytest.fixture
def lead(transactional_db: None) -> Person:
    return make_cast().people[Role.SOURCING_LEAD]


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


def test_two_moves_at_once_close_no_circle(lead: Person) -> None:
    one, other = (add_function(read_function(function(name)), by=lead, at=AT) for name in "ab")
    found = at_once(
        lambda: move_function(one, "b", by=lead, at=AT, expected_version=1),
        lambda: move_function(other, "a", by=lead, at=AT, expected_version=1),
    )
    assert sum(isinstance(one, DomainError) for one in found) == 1
    assert ItFunction.objects.exclude(parent=None).count() == 1


def test_one_person_s_answers_from_two_windows_count_once(lead: Person) -> None:
    made = add_function(read_function(function("a")), by=lead, at=AT)
    at_once(
        *(
            lambda level=level: give_appraisal(made, dict.fromkeys(Question, level), by=lead, at=AT)
            for level in (1, 2)
        )
    )
    assert Appraisal.objects.filter(superseded_at=None).count() == 1
