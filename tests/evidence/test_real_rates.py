"""The European Central Bank's real history imports whole, where it is at hand."""

import os
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from directory.cast import AT, Cast
from retained.directory.engine.roles import Role
from retained.evidence.commands.exchange_rates import import_rates
from retained.evidence.engine.exchange_rates import read_rates
from retained.evidence.queries.exchange_rates import rate_on
from retained.files.storing import SentFile

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("RETAINED_REAL_DATA", ROOT.parent / "shared" / "data")) / "money"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real rates are not here: set RETAINED_REAL_DATA"
)


def test_the_whole_history_is_read_without_a_remark() -> None:
    found = read_rates((DATA / "eurofxref-hist.zip").read_bytes(), name="eurofxref-hist.zip")
    assert len(found) > 200_000
    assert min(one.day for one in found) == date(1999, 1, 4)
    assert len({(one.currency, one.day) for one in found}) == len(found)
    days = sorted({one.day for one in found})
    gaps = [(after - before).days for before, after in pairwise(days)]
    assert max(gaps) <= 6  # so that ten days back always find a rate


def test_its_last_years_are_kept_and_asked_for_over_a_holiday(cast: Cast) -> None:
    with (DATA / "eurofxref-hist.zip").open("rb") as file:
        kept = import_rates(
            SentFile(file, "eurofxref-hist.zip"),
            by=cast.people[Role.FINANCE],
            at=AT,
            since=date(2025, 1, 1),
        )
    assert kept.new > 9_000
    easter_monday = rate_on("EUR", "USD", date(2026, 4, 6))
    assert easter_monday.day == date(2026, 4, 2)
    assert rate_on("EUR", "USD", date(2026, 4, 13)).rate == Decimal("1.1684")
