"""The figures of the methods pages, computed by the engines."""

from pathlib import Path

import numpy as np
import pytest

from golden.golden_tables import FOLDER, rows
from retained.strategy.engine.distributions import (
    Distribution,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
)
from retained.strategy.engine.formulas.functions import FUNCTIONS
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.formulas.tree import Term
from retained.strategy.engine.outcomes import payback_months
from retained.strategy.engine.simulation import discount_factors, expected
from strategy.engine.made_cases import VAT, story_case

_KINDS: dict[str, type[Distribution]] = {
    "uniform": Uniform, "triangular": Triangular, "pert": Pert, "normal": Normal,
    "lognormal": Lognormal,
}  # fmt: skip
REFERENCE: Path = FOLDER.parent.parent / "docs" / "reference" / "formulas.md"


@pytest.mark.parametrize(
    "row", rows("assumptions/quantiles.csv"), ids=lambda row: row["distribution"]
)
def test_quantiles_and_means(row: dict[str, str]) -> None:
    made = _KINDS[row["distribution"]](*map(float, row["parameters"].split()))
    found = made.quantile(np.array([[0.1], [0.5], [0.9]]))[:, 0]
    assert [f"{value:.4f}" for value in found] == [row["10 %"], row["50 %"], row["90 %"]]
    assert f"{made.mean:.4f}" == row["mean"]


@pytest.mark.parametrize("row", rows("business-case/indexation.csv"))
def test_indexation(row: dict[str, str]) -> None:
    rate, share, low, cap = (
        float(row[name].removesuffix(" %")) / 100
        for name in ("rate", "share that counts", "floor", "cap")
    )
    found = read_formula(f"indexed({rate}, {share}, {low}, {cap})").compute({}, Term(36))[0]
    yearly = [f"{found[month]:.6f}" for month in (0, 12, 24)]
    assert yearly == [row["first year"], row["second year"], row["third year"]]


@pytest.mark.parametrize("row", rows("business-case/payback.csv"))
def test_payback(row: dict[str, str]) -> None:
    *saving, wanted = row.values()
    found = payback_months(np.array([[float(one) for one in saving]]))[0]
    assert ("never" if np.isinf(found) else str(int(found))) == wanted


def test_the_story() -> None:
    told = {row["what"]: row["amount"] for row in rows("business-case/story.csv")}
    plain, taxed = expected(story_case()), expected(story_case(tax=VAT))
    lines = plain.options["stay"].lines | plain.options["offer"].lines
    assert f"{lines['in_house'][1]:.2f}" == told["in-house a month"]
    assert f"{lines['fee'][1]:.2f}" == told["fee a month"]
    assert f"{lines['one_off'][0]:.2f}" == told["paid at the start"]
    monthly = lines["in_house"][1] - lines["fee"][1] - lines["retained_team"][1]
    assert f"{monthly:.2f}" == told["saving a month"]
    factors = float(discount_factors(0.07, 36)[1:].sum())
    assert f"{factors:.6f}" == told["sum of 36 discount factors at 7 %"]
    assert f"{plain.saving('offer')[0]:.2f}" == told["net present value of the saving"]
    assert f"{taxed.saving('offer')[0]:.2f}" == told["net present value with the VAT"]


def test_the_reference_names_every_function_and_no_other() -> None:
    table = [line for line in REFERENCE.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert table == [f"| `{name}{one.shape}` | {one.sentence} |" for name, one in FUNCTIONS.items()]
