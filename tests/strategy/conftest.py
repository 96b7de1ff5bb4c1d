"""The cast of the strategy tests that use the database, and a case that is all for sure."""

import pytest

from directory.cast import AT, Cast, make_cast
from retained.directory.engine.roles import Role
from retained.strategy.commands.cases import create_case
from retained.strategy.engine.case_files import read_case
from retained.strategy.models import BusinessCase
from strategy.case_texts import SURE


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> BusinessCase:
    return create_case(read_case(SURE), by=cast.people[Role.FINANCE], at=AT, note="Begun")
