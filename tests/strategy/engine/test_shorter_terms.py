"""An agreement that ends before the case does, as the reference page writes it."""

import re

import pytest

from golden.golden_tables import FOLDER
from retained.strategy.engine.case_files import model_of, read_case
from retained.strategy.engine.quick import holding
from retained.strategy.engine.simulation import expected

PAGE = (FOLDER.parent.parent / "docs" / "reference" / "case.md").read_text("utf-8")
FOUND = re.search(r"<!-- worked: terms -->\n\n```yaml\n(.*?)```", PAGE, re.DOTALL)
TEXT = FOUND[1] if FOUND else ""


def saving(option: str, term: str = "24") -> float:
    case = holding(model_of(read_case(TEXT)), {"term": term})
    return round(float(expected(case).saving(option)[0]), 6)


@pytest.mark.parametrize(
    ("option", "saved"),
    [
        ("renewed", 36 * 110 - (24 * 90 + 12 * 100)),
        ("back", 36 * 110 - (24 * 90 + 12 * 110 + 60)),
        ("other", 36 * 110 - (24 * 90 + 12 * 100 + 30)),
    ],
)
def test_what_comes_after_the_agreement_is_paid_as_the_page_says(option: str, saved: int) -> None:
    assert saving(option) == saved
    assert f"{saved:,}" in PAGE


def test_an_agreement_as_long_as_the_case_has_nothing_after_it() -> None:
    found = {saving(option, term="36") for option in ("renewed", "back", "other")}
    assert found == {36 * (110 - 90)}
