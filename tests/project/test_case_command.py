"""`retained case` runs a file without Django, and gives the same figures for the same seed."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from click.testing import CliRunner

from retained.project.command_line.cases import case

EXAMPLE = Path(__file__).parents[2] / "examples" / "service-desk-case" / "case.yaml"


def run(*arguments: str) -> str:
    ended = CliRunner().invoke(case, ["run", str(EXAMPLE), "--draws", "3000", *arguments])
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def test_a_case_is_run_and_says_what_it_rests_on() -> None:
    [row] = json.loads(run("--seed", "7", "--format", "json"))
    assert (row["case"], row["option"], row["draws"], row["seed"]) == ("SD-2025", "offer", 3000, 7)
    assert 0.7 < row["chance_it_saves"] < 0.85
    assert (row["assumptions"], row["priors"]) == (14, 3)
    assert float(row["p10"]) < float(row["p50"]) < float(row["p90"])


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert run("--seed", "7", "--format", "csv") == run("--seed", "7", "--format", "csv")
    assert run("--seed", "7", "--format", "csv") != run("--seed", "8", "--format", "csv")


def test_years_what_matters_and_where_it_just_pays_are_listed() -> None:
    years = json.loads(run("--show", "years", "--format", "json"))
    assert [row["year"] for row in years] == ["2026", "2027", "2028"]
    matters = json.loads(run("--show", "matters", "--format", "json"))
    assert matters[0]["assumption"] == "salary"
    evens = {
        row["assumption"]: row
        for row in json.loads(run("--show", "break-even", "--format", "json"))
    }
    assert 92_000 < evens["fee"]["break_even"] < 105_000
    assert evens["inflation"]["break_even"] is None


def test_a_file_that_is_no_case_ends_with_every_remark(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(EXAMPLE.read_text("utf-8").replace("months: 36", "months: 0"), "utf-8")
    ended = CliRunner().invoke(case, ["run", str(wrong)])
    assert ended.exit_code == 1
    assert "wrong.yaml, row 8" in ended.stderr
    assert CliRunner().invoke(case, ["check", str(wrong)]).exit_code == 1


def test_what_check_prints_is_a_case_again(tmp_path: Path) -> None:
    printed = CliRunner().invoke(case, ["check", str(EXAMPLE)]).stdout
    again = tmp_path / "again.yaml"
    again.write_text(printed, "utf-8")
    assert CliRunner().invoke(case, ["check", str(again)]).stdout == printed


def test_no_django_is_loaded_for_it() -> None:
    code = (
        "import sys; sys.modules['django'] = None\n"
        "from retained.project.command_line.cases import case\n"
        f"case(['run', {str(EXAMPLE)!r}, '--draws', '100'], standalone_mode=False)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    assert "Brightdesk" in ended.stdout


def test_an_assumption_is_held_at_a_figure() -> None:
    [free] = json.loads(run("--format", "json"))
    [held] = json.loads(run("--hold", "fee=80000", "--hold", "inflation=2 %", "--format", "json"))
    assert held["chance_it_saves"] > free["chance_it_saves"]
    for wrong, sentence in (("fee", "write it like"), ("fees=1", "no driver"), ("fee=x", "number")):
        ended = CliRunner().invoke(case, ["run", str(EXAMPLE), "--hold", wrong])
        assert ended.exit_code != 0
        assert sentence in ended.stderr


def test_bridge_decisions_exit_and_what_stands_beside_the_money_are_listed() -> None:
    decided = EXAMPLE.with_name("with-decisions.yaml")

    def listed(part: str, *more: str) -> list[dict[str, str]]:
        given = ["run", str(decided), "--draws", "500", "--show", part, "--format", "json", *more]
        ended = CliRunner().invoke(case, given)
        assert ended.exit_code == 0, ended.output
        found: list[dict[str, str]] = json.loads(ended.stdout)
        return found

    assert listed("bridge")[0]["step"] == "Budget"
    assert [row["way"] for row in listed("decisions")] == ["none", "transfer"]
    assert [row["way"] for row in listed("decisions", "--decide", "staff=transfer")] == [
        "none", "severance",
    ]  # fmt: skip
    assert [row["to"] for row in listed("exit")] == ["stay"]
    assert listed("benefits")[0]["goal"] == "Speed"
    assert [row["people"] for row in listed("freed")] == ["28", "2", None]
    wrong = CliRunner().invoke(case, ["run", str(decided), "--decide", "staff=sell"])
    assert wrong.exit_code == 1
    assert "use severance or transfer" in wrong.stderr


def test_the_lines_of_each_year_make_up_its_cost_and_the_fan_has_every_month() -> None:
    lines = json.loads(run("--show", "lines", "--format", "json"))
    years = json.loads(run("--show", "years", "--format", "json"))
    for year in years:
        paid = [
            Decimal(row["paid"])
            for row in lines
            if (row["option"], row["year"]) == ("offer", year["year"])
        ]
        assert abs(sum(paid) - Decimal(year["cost"])) <= Decimal("0.05")
    assert {row["line"] for row in lines if row["once"]} == {"transition", "severance"}
    fan = json.loads(run("--show", "fan", "--format", "json"))
    assert [row["month"] for row in fan] == list(range(37))
    assert all(float(row["p5"]) <= float(row["p50"]) <= float(row["p95"]) for row in fan)
