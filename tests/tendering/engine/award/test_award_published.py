"""Published optima: GAMS “bid”, the auction of Nebel and Wölfl, and those of CATS."""

import json
import os
from fractions import Fraction
from pathlib import Path

import pytest
from award_examples import REQUIRED, as_purchase, auction, gams_bid

from golden.golden_tables import rows
from retained.tendering.engine.award.problem import Problem
from retained.tendering.engine.award.solutions import Limits, Solution, Status
from retained.tendering.engine.award.solving import solve

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("RETAINED_REAL_DATA", ROOT.parent / "shared" / "data"))
CATS = DATA / "selection" / "cats"
EXACT = Limits(gap=0.0)


def test_the_bids_of_the_gams_library_cost_what_was_published() -> None:
    found = solve(gams_bid(), EXACT)
    assert found.status is Status.OPTIMAL
    assert found.bill is not None
    assert found.bill.exact / 100 == Fraction("15210109.512")
    assert found.cost == 1_521_010_951  # in cents, which the bill is rounded to
    published = {row["bidder"]: Fraction(row["units"]) for row in rows("award/gams-bid.csv")}
    assert {line.bidder: line.share * REQUIRED for line in found.bill.lines} == published
    lines = {row["bidder"]: row["price"] for row in rows("award/gams-bid.csv")}
    assert {line.bidder: f"{line.price / 100:.2f}" for line in found.bill.lines} == lines


@pytest.mark.usefixtures("in_process")
def test_the_auction_of_nebel_and_woelfl_brings_eleven() -> None:
    bids = {
        row["bid"]: (row["bid"], tuple(map(int, row["goods"].split())), int(row["price"]))
        for row in rows("award/nebel-woelfl.csv")
    }
    found = solve(auction(8, bids), EXACT)
    assert found.cost == -11
    assert found.award is not None
    wins = tuple(row["bid"] for row in rows("award/nebel-woelfl.csv") if row["wins"] == "yes")
    assert found.award.bundles == wins == ("b2", "b3")


def cats_problem(path: Path) -> Problem:
    """Return an auction of CATS; a dummy good is a bidder whose bids exclude each other."""
    sizes = {}
    bids = {}
    for line in path.read_text().splitlines():
        words = line.split()
        if len(words) == 2 and words[0] in {"goods", "bids", "dummy"}:
            sizes[words[0]] = int(words[1])
        elif words and words[0].isdigit():
            wanted = [int(word) for word in words[2:-1]]
            dummies = [good for good in wanted if good >= sizes["goods"]]
            who = f"dummy {dummies[0]}" if dummies else f"bid {words[0]}"
            goods = tuple(good + 1 for good in wanted if good < sizes["goods"])
            bids[words[0]] = (who, goods, int(Fraction(words[1]) * 10_000))
    return auction(sizes["goods"], bids)


NAMES = sorted(path.name for path in CATS.glob("*.txt"))


@pytest.mark.skipif(not CATS.is_dir(), reason="CATS is not here: set RETAINED_REAL_DATA")
@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("name", NAMES)
def test_every_optimum_of_cats(name: str) -> None:
    expected = json.loads((CATS / "expected_optima.json").read_text())[name]
    problem = cats_problem(CATS / name)
    sold = solve(problem, EXACT)
    assert in_units(sold) == pytest.approx(-expected["optimum_highs"], abs=5e-4)
    bought = solve(as_purchase(problem), EXACT)
    assert in_units(bought) == pytest.approx(expected["reverse_min_cost_cover_highs"], abs=5e-4)


def in_units(found: Solution) -> float:
    assert found.status is Status.OPTIMAL
    assert found.cost is not None
    return found.cost / 10_000
