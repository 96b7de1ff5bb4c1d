"""`retained award`: exit codes, formats, and what stands on standard error."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from award_here import run_here
from golden.golden_tables import FOLDER
from retained.project.command_line import award as command
from retained.project.command_line.award import award
from retained.tendering.engine.award import process
from retained.tendering.engine.award.files import award_schema
from retained.tendering.engine.award.problem import Problem
from retained.tendering.engine.award.solutions import Limits, Solution, Status

THREE_LOTS = FOLDER / "award" / "three-lots.yaml"
GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "award.md"
EXAMPLE = Path(__file__).parents[2] / "examples" / "application-maintenance-award" / "award.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(award, arguments)


def written(tmp_path: Path, more: str) -> str:
    path = tmp_path / "award.yaml"
    path.write_text(THREE_LOTS.read_text("utf-8") + more, "utf-8")
    return str(path)


def test_the_example_costs_what_the_guide_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "run", run_here)
    ended = run(str(EXAMPLE), "--prices-of-rules", "--format", "json")
    assert ended.exit_code == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["schema"] == "retained/award-result/1"
    assert (found["award"]["status"], found["award"]["cost"]) == ("optimal", "2693951.00")
    assert found["award"]["lines"][3] == {
        "lots": ["testing"], "bidder": "Corvale", "bundle": None, "share": "37/100",
        "price": "218300.00",
    }  # fmt: skip
    guide = GUIDE.read_text("utf-8")
    prices = {one["rule"]: one["price"] for one in found["prices_of_rules"]}
    assert prices["at most three partners"] == "0.00"
    for rule in ("at most 50 % with one parent", "quality of 75"):
        assert f"{int(float(prices[rule])):,}" in guide
    twice = {one["name"]: one["difference"] for one in found["scenarios"]}
    assert twice["two partners at most"] == twice["lending stays in-house"] == "16267.00"
    assert "16,267" in guide


def test_the_same_file_and_seed_give_the_same_bytes() -> None:
    first, again = (run(str(THREE_LOTS), "--seed", "7", "--format", "json") for _ in range(2))
    assert first.stdout == again.stdout
    assert json.loads(first.stdout)["seed"] == 7


def test_a_table_shows_who_gets_what_and_solutions_side_by_side(tmp_path: Path) -> None:
    file = written(tmp_path, "rules:\n  five: {most_partners: 5}\n")
    ended = run(file, "--prices-of-rules", "--alternatives", "1")
    assert ended.exit_code == 0
    assert "switching of web" in ended.stdout
    assert "price of rule" in ended.stdout
    assert "< gap" in ended.stdout
    assert "2000.00" in ended.stdout  # the alternative costs so much more


def test_csv_lists_lines_or_the_comparison() -> None:
    lines = list(csv.DictReader(io.StringIO(run(str(THREE_LOTS), "--format", "csv").stdout)))
    assert lines[0] == {
        "solution": "award", "lots": "web", "bidder": "Tallis", "bundle": "", "percent": "100",
        "price": "88000.00",
    }  # fmt: skip
    asked = run(str(THREE_LOTS), "--format", "csv", "--show", "comparison").stdout
    [row] = csv.DictReader(io.StringIO(asked))
    assert (row["status"], row["cost"], len(row["model_sha256"])) == ("optimal", "183000.00", 64)


def test_rules_that_exclude_each_other_end_with_code_four(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "rules:\n  quality of 85: {least_quality: 85}\n  two: {least_partners: 2}\n",
    )
    ended = run(file, "--format", "json")
    assert ended.exit_code == 4
    assert "These cannot be kept together: “quality of 85” + “two”" in ended.stderr
    found = json.loads(ended.stdout)
    assert found["award"]["status"] == "infeasible"
    assert found["conflict"]["rules"] == ["quality of 85", "two"]


@pytest.mark.parametrize(("status", "code"), [(Status.FEASIBLE, 3), (Status.UNDECIDED, 5)])
def test_when_time_was_over_the_exit_code_says_so(
    monkeypatch: pytest.MonkeyPatch, status: Status, code: int
) -> None:
    def late(problem: Problem, limits: Limits, **_: object) -> Solution:
        return Solution(status, "0" * 64, limits, "HiGHS")

    monkeypatch.setattr(command, "solve", late)
    assert run(str(THREE_LOTS)).exit_code == code


def test_a_wrong_file_ends_with_every_remark_and_code_one(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    text = THREE_LOTS.read_text("utf-8")
    wrong.write_text(text.replace("Corvale, s", "Nobody, s").replace("5 %", "5"), "utf-8")
    ended = run(str(wrong))
    assert ended.exit_code == 1
    assert ended.stderr.count("wrong.yaml, row") == 1  # fields first, then how they hang together
    prices = tmp_path / "prices.csv"
    prices.write_text("lot,bidder,price\ncellar,Meros,5\n", "utf-8")
    assert "prices.csv, row 2" in run(str(THREE_LOTS), "--prices", str(prices)).stderr
    assert run(str(THREE_LOTS), "--within", "much").exit_code == 2
    assert run(str(THREE_LOTS), "--within", "200 %").exit_code == 2


def test_the_schema_is_printed_without_a_file() -> None:
    ended = run("--schema")
    assert (ended.exit_code, ended.stdout) == (0, award_schema())


def test_it_needs_no_django() -> None:
    code = (
        "import sys; sys.modules['django'] = None;"
        "from retained.project.command_line import main; main(['award', sys.argv[1]])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(THREE_LOTS)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "183000.00" in ended.stdout
