"""Sliders reach over what is likely, in round steps."""

import pytest

from retained.strategy.engine.case_files import read_case
from retained.strategy.engine.sliders import sliders
from strategy.case_texts import EXAMPLE, SURE


def test_one_figure_for_sure_moves_by_half_either_way() -> None:
    [one] = sliders(read_case(SURE), [])
    assert (one.key, one.low, one.high, one.now, one.step) == ("fee", 45, 135, 90, 1)


def test_what_matters_most_comes_first_and_all_lie_on_their_steps() -> None:
    terms = read_case(EXAMPLE.read_text("utf-8"))
    found = sliders(terms, ["salary", "absent"])
    assert found[0].key == "salary"
    assert "leavers" not in {one.key for one in found}  # a number for each month
    for one in found:
        assert one.low <= one.now <= one.high
        assert 40 <= (one.high - one.low) / one.step <= 105
        assert one.now / one.step == pytest.approx(round(one.now / one.step))
