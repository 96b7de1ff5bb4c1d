"""`retained rates card` lists a card in one shape and makes assumptions, without Django."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from retained.project.command_line.rates import rates
from retained.strategy.engine.case_terms import AssumptionTerms
from retained.strategy.engine.rate_card_mapping import rate_card_schema

MAPPING = """
schema: retained/rate-card/1
source: Rate card of Osprey
on: 2026-03-01
currency: EUR
unit: hour
columns: {role: Role, amount: Price}
prior: false
"""
CARD = "Role,Price\nEngineer,60\nSenior engineer,80\nArchitect,95.5\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "mapping.yaml").write_text(MAPPING, "utf-8")
    (tmp_path / "card.csv").write_text(CARD, "utf-8")
    return tmp_path


def run(files: Path, *arguments: str) -> Result:
    paths = [str(files / "card.csv"), "--mapping", str(files / "mapping.yaml")]
    return CliRunner().invoke(rates, ["card", *paths, *arguments])


def test_a_card_is_listed_in_one_shape(files: Path) -> None:
    told = run(files, "--format", "csv")
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[3] == "4,Architect,,,,EUR,hour,95.5,,"


def test_an_assumption_is_printed_that_a_case_takes(files: Path) -> None:
    told = run(files, "--role", "engineer", "--assume", "seen", "--per", "day", "--name", "price")
    [(name, made)] = yaml.safe_load(told.stdout).items()
    assert name == "price"
    found = AssumptionTerms.model_validate(made)
    assert (found.seen, found.unit, found.prior) == (("480", "640"), "EUR a day", False)
    assert found.source == "Rate card of Osprey: 2 rates"


def test_rows_that_cannot_be_used_are_named_and_the_others_listed(files: Path) -> None:
    (files / "card.csv").write_text(CARD.replace("95.5", "dear"), "utf-8")
    told = run(files)
    assert told.exit_code == 1
    assert "card.csv, row 4, column “Price”: “dear” is no amount" in told.stderr
    assert "Senior engineer" in told.stdout


def test_a_mapping_that_is_none_is_refused(files: Path) -> None:
    (files / "mapping.yaml").write_text("schema: retained/rate-card/1", "utf-8")
    told = run(files)
    assert told.exit_code == 1
    assert "columns is missing." in told.stderr


def test_the_schema_is_printed() -> None:
    assert CliRunner().invoke(rates, ["card-schema"]).stdout == rate_card_schema()


def test_no_django_is_loaded_for_it(files: Path) -> None:
    arguments = ["card", str(files / "card.csv"), "--mapping", str(files / "mapping.yaml")]
    code = (
        "import sys; sys.modules['django'] = None\n"
        "from retained.project.command_line.rates import rates\n"
        f"rates({arguments!r}, standalone_mode=False)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
