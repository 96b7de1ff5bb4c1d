"""`retained case check` says in words what cannot be computed, in a few seconds at most."""

import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from retained.project.command_line.cases import case

EXAMPLES = Path(__file__).parents[2] / "examples" / "service-desk-case"
EXAMPLE = (EXAMPLES / "case.yaml").read_text("utf-8")
FEE = "    title: The offer\n    value: 92000"
DIP = "    title: Work done twice in the beginning\n    triangular: [3 %, 8 %, 20 %]"


def said(text: str, folder: Path) -> str:
    """Return what is said of a case that is refused."""
    file = folder / "case.yaml"
    file.write_text(text, "utf-8")
    ended = CliRunner().invoke(case, ["check", str(file)])
    assert ended.exit_code == 1, ended.output
    assert ended.stdout == ""
    return ended.stderr


@pytest.mark.parametrize("name", ["case.yaml", "with-decisions.yaml"])
def test_the_examples_are_cases(name: str) -> None:
    ended = CliRunner().invoke(case, ["check", str(EXAMPLES / name)])
    assert ended.exit_code == 0, ended.output


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"leavers * hiring_cost": "leavers * hiring_cost, currency: USD"},
         "row 90, column “options.stay.lines.hiring.currency”: USD has no rate"),
        ({FEE: "    formula: dip * 2", DIP: "    formula: fee / 2"},
         "row 68, column “assumptions.dip”: These drivers need one another in a ring: "
         "dip needs fee needs dip."),
        ({"pert: [28, 30, 33]": "normal: [3, 4]"},
         "column “people”: “People in the team” is below 0 in 24.3% of the draws, "
         "at the lowest -9.465: there cannot be fewer people than none."),
        ({"pert: [28, 30, 33]": "value: -3"}, "is below 0 in 100.0% of the draws"),
        ({"[8 %, 13 %, 20 %]": "[14 %, 13 %, 20 %]"},
         "row 38, column “assumptions.attrition.triangular”: Low (0.14) is above mode (0.13)"),
        ({"months: 36": "months: 0"}, "row 8, column “months”: A term has 1 to 240 months"),
        ({"months: 36": "months: 600"}, "A term has 1 to 240 months, and not 600."),
        ({"severance * once(4)": "severance / (month - 4)"},
         "The line “Severance” has no amount in month 4"),
        ({"wage_growth, 0.2]": "inflation, -0.9]\n  - [salary, wage_growth, 0.9]"},
         "cannot all be true at once"),
        ({"leavers * hiring_cost": "leaver * hiring_cost"}, "“leaver” is no assumption"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_said(
    changes: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    text = EXAMPLE
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    assert sentence in said(text, tmp_path)


def with_drivers(count: int) -> str:
    more = "".join(f"  more_{number}: {{value: {number}}}\n" for number in range(count))
    return EXAMPLE.replace("assumptions:\n", f"assumptions:\n{more}", 1)


def test_too_many_drivers_are_refused_within_seconds(tmp_path: Path) -> None:
    """14 stand in the example itself."""
    began = time.process_time()
    assert "at most 500 assumptions, and not 614." in said(with_drivers(600), tmp_path)
    assert "at most 500 assumptions and 500 lines." in said(with_drivers(10_000), tmp_path)
    assert time.process_time() - began < 15


def test_what_only_another_way_of_a_decision_shows_is_said_too(tmp_path: Path) -> None:
    text = (EXAMPLES / "with-decisions.yaml").read_text("utf-8")
    broken = text.replace("transfer * once(4)", "transfer / (month - 4)")
    assert "The line “Transfer” has no amount in month 4" in said(broken, tmp_path)


def test_a_run_refuses_fewer_people_than_none(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(EXAMPLE.replace("pert: [28, 30, 33]", "normal: [3, 4]"), "utf-8")
    ended = CliRunner().invoke(case, ["run", str(file), "--draws", "100"])
    assert ended.exit_code == 1
    assert "there cannot be fewer people than none" in ended.stderr
