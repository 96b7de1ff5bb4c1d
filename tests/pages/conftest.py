"""What the tests of the pages share."""

import pytest

from directory.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """Return a client, two providers and their people."""
    return make_cast()
