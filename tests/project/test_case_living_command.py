"""`retained case living`: the story's first scene from its files, and refusals that say all."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from retained.project import demonstration
from retained.project.command_line.case_living import case
from retained.project.demonstration.ledger import ledger_file, people_file
from retained.project.demonstration.plans import SEED
from retained.shared.months import Month

CASES = Path(demonstration.__file__).parent / "cases"
EXAMPLE = Path(__file__).parents[2] / "examples" / "service-desk-case"
OCTOBER = Month(2026, 10)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "ledger.csv").write_bytes(ledger_file(SEED, through=OCTOBER))
    (tmp_path / "people.csv").write_bytes(people_file(through=OCTOBER))
    return tmp_path


def run(folder: Path, *more: str, file: Path = CASES / "service-desk.yaml") -> Result:
    mapping = str(more[more.index("--mapping") + 1]) if "--mapping" in more else ""
    given = ["--mapping", mapping or str(CASES / "actuals.yaml")]
    for name in ("ledger.csv", "people.csv"):
        given += ["--actuals", str(folder / name)]
    return CliRunner().invoke(
        case, ["living", str(file), *given, "--draws", "20000", "--through", "2026-10", *more]
    )


def rows(folder: Path, *more: str) -> list[dict[str, str]]:
    ended = run(folder, "--format", "json", *more)
    assert ended.exit_code == 0, ended.output
    found: list[dict[str, str]] = json.loads(ended.stdout)
    return found


def test_the_story_was_signed_at_80_percent_and_stands_at_55(files: Path) -> None:
    ended = run(files, "--format", "json", "--control", "2521216.02")
    assert "Signed at 80 %; after ten months it stands at 55 %." in ended.stderr, ended.output
    assert "belongs to no line: map the account 4710." in ended.stderr
    [row] = json.loads(ended.stdout)
    assert (row["case"], row["option"], row["through"]) == ("SD-2025", "offer", "2026-10")
    lines = rows(files, "--show", "lines")
    three = ["offer.retained_team", "offer.transition", "offer.fee"]
    assert [line["line"] for line in lines][:3] == three
    moved = sum(float(line["moved"]) for line in lines)
    assert moved + float(row["rest"]) == pytest.approx(float(row["moved"]), abs=0.001)


def test_the_chance_by_month_falls_from_what_was_signed(files: Path) -> None:
    history = rows(files, "--show", "history")
    assert [row["month"] for row in history][:2] == ["signed", "2026-01"]
    assert len(history) == 11
    assert float(history[0]["chance"]) > float(history[5]["chance"]) > float(history[10]["chance"])


def test_the_other_parts_are_listed(files: Path) -> None:
    assert [row["month"] for row in rows(files, "--show", "months")][::10] == ["start", "2026-10"]
    [driver] = rows(files, "--show", "drivers")
    assert driver["driver"] == "retained_people"
    [unmapped] = rows(files, "--show", "unmapped")
    assert unmapped["account"] == "4710"


def test_the_same_files_and_seed_give_the_same_bytes(files: Path) -> None:
    assert run(files, "--format", "csv").stdout == run(files, "--format", "csv").stdout


def test_the_example_holds_the_story_s_ledger(files: Path) -> None:
    for name in ("ledger.csv", "people.csv"):
        assert (EXAMPLE / name).read_bytes() == (files / name).read_bytes()
    ended = run(EXAMPLE, "--mapping", str(EXAMPLE / "actuals.yaml"), file=EXAMPLE / "case.yaml")
    assert ended.exit_code == 0, ended.output
    assert "“Productivity dip” keeps its plan: no account is mapped to it." in ended.stderr


def test_a_control_total_that_differs_ends_with_both_figures(files: Path) -> None:
    ended = run(files, "--control", "1.00")
    assert ended.exit_code == 1
    assert "and the control total is 1.00 EUR" in str(ended.exception)


def test_what_is_wrong_with_mapping_or_file_is_said_and_ends(files: Path) -> None:
    wrong = files / "wrong.yaml"
    text = (CASES / "actuals.yaml").read_text("utf-8")
    wrong.write_text(text.replace("offer.fee:", "offer.fees:"), "utf-8")
    ended = run(files, "--mapping", str(wrong))
    assert ended.exit_code == 1
    assert "“offer.fees” is no line of what was chosen or stays" in ended.stderr
    (files / "people.csv").write_text("", "utf-8")
    ended = run(files)
    assert ended.exit_code == 1
    assert "The file is empty (0 bytes)" in ended.stderr


def test_the_schema_of_the_mapping_is_printed() -> None:
    ended = CliRunner().invoke(case, ["actuals-schema"])
    assert json.loads(ended.stdout)["$id"] == "retained/actuals/1"
