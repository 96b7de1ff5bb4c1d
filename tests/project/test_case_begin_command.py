"""`retained case begin` prints a case from twelve answers, without Django."""

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from retained.project.command_line.cases import case
from retained.strategy.engine.answers import answers_schema
from retained.strategy.engine.case_files import read_case

EXAMPLE = Path(__file__).parents[2] / "examples" / "service-desk-case" / "answers.yaml"


def test_what_it_prints_is_a_case_that_runs(tmp_path: Path) -> None:
    ended = CliRunner().invoke(case, ["begin", str(EXAMPLE), "--on", "2026-11-09"])
    assert ended.exit_code == 0, ended.output
    terms = read_case(ended.stdout)
    assert terms.reference == "service-desk-2026-01"
    assert str(terms.assumptions["people"].on) == "2026-11-09"
    file = tmp_path / "case.yaml"
    file.write_text(ended.stdout, "utf-8")
    told = CliRunner().invoke(case, ["run", str(file), "--draws", "500"])
    assert told.exit_code == 0, told.output
    assert "are priors, not yours." in told.stderr


def test_answers_that_are_none_end_with_every_remark(tmp_path: Path) -> None:
    wrong = tmp_path / "answers.yaml"
    wrong.write_text(EXAMPLE.read_text("utf-8").replace("onshore", "moon"), "utf-8")
    ended = CliRunner().invoke(case, ["begin", str(wrong)])
    assert ended.exit_code == 1
    assert "answers.yaml, row 12, column “place”" in ended.stderr


def test_the_schema_of_the_answers_is_printed() -> None:
    assert CliRunner().invoke(case, ["answers-schema"]).stdout == answers_schema()


def test_no_django_is_loaded_for_it() -> None:
    code = (
        "import sys; sys.modules['django'] = None\n"
        "from retained.project.command_line.cases import case\n"
        f"case(['begin', {str(EXAMPLE)!r}], standalone_mode=False)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("schema: retained/case/1")
