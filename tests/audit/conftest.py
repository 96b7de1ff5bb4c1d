"""What the tests of the record share."""

from collections.abc import Callable

import pytest
from django.db import transaction
from record_cast import ANNA, AT

from retained.audit.models import Entry
from retained.audit.record import record


@pytest.fixture
def write() -> Callable[..., Entry]:
    """Return a function that writes one entry as a command would."""

    def write_one(verb: str = "closed", key: str = "1", **more: object) -> Entry:
        with transaction.atomic():
            return record(
                verb,
                ("month", key, f"Month {key}"),
                **{"by": ANNA, "at": AT, **more},  # type: ignore[arg-type]
            )

    return write_one
