"""`retained agreement` on the command line."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.agreement_texts import BRIGHTDESK
from retained.contracts import queries
from retained.contracts.engine.reading import read_agreement
from retained.contracts.engine.schema import schema_text
from retained.contracts.models import Agreement
from retained.directory.models import Organisation, Person
from retained.project.command_line.agreements import agreement as command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "agreement.yaml"
    path.write_text(BRIGHTDESK, encoding="utf-8")
    return path


def run(*arguments: object, given: str | None = None) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], input=given)


def test_a_file_is_read_back_in_sentences(file: Path) -> None:
    result = run("check", file)
    assert result.exit_code == 0, result.output
    assert "Service desk: Lindenhof Bank with Brightdesk" in result.stdout
    assert "waiting for us does not count; month of resolution." in result.stdout


def test_what_is_wrong_with_a_file_is_said_by_line(file: Path) -> None:
    file.write_text(BRIGHTDESK.replace("95 %", "95"), encoding="utf-8")
    result = run("check", file, "--format", "json")
    assert result.exit_code == 1
    [remark] = json.loads(result.stdout)
    assert remark["field"] == "service_levels.0.expected"
    assert "write it like 95 %" in remark["sentence"]


def test_a_check_reads_standard_input() -> None:
    assert run("check", "-", given=BRIGHTDESK).exit_code == 0


def test_a_check_needs_no_database_and_no_settings(file: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if "DJANGO" not in key}
    script = (
        "import sys; from retained.project.command_line import main\n"
        f"try: main(['agreement', 'check', {str(file)!r}])\n"
        "except SystemExit as end: assert not end.code, end\n"
        "assert 'django.db' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_schema_is_printed() -> None:
    assert run("schema").stdout == schema_text()


@pytest.mark.django_db
def test_a_file_is_imported_shown_and_exported_again(
    brightdesk: Organisation, lead: Person, file: Path
) -> None:
    by = ("--as", lead.email)
    assert run("import", *by, file).exit_code == 0
    listed = json.loads(run("list", *by, "--format", "json").stdout)
    assert [row["reference"] for row in listed] == ["AG-7"]
    assert "Version 1, from 2026-01-01." in run("show", *by, "AG-7").stdout
    assert read_agreement(run("export", *by, "AG-7").stdout) == read_agreement(BRIGHTDESK)


@pytest.mark.django_db
def test_a_new_version_is_imported_with_what_it_changes(
    agreement: Agreement, lead: Person, file: Path
) -> None:
    file.write_text(BRIGHTDESK.replace("95 %", "96 %"), encoding="utf-8")
    result = run("import", "--as", lead.email, "--from", "2027-01-01", file)
    assert result.exit_code == 0, result.output
    assert "expected level: 96 % instead of 95 %." in result.stdout
    assert len(queries.versions(agreement)) == 2


@pytest.mark.django_db
def test_what_a_person_may_not_do_the_command_line_does_not_either(
    brightdesk: Organisation, person: object, file: Path
) -> None:
    auditor = person("auditor")  # type: ignore[operator]
    result = run("import", "--as", auditor.email, file)
    assert result.exit_code == 1
    assert not Agreement.objects.exists()


@pytest.mark.django_db
def test_public_holidays_of_a_year_are_frozen(agreement: Agreement, lead: Person) -> None:
    result = run("freeze-holidays", "--as", lead.email, "AG-7", "2026")
    assert result.exit_code == 0, result.output
    assert result.stdout == "Public holidays of 2026 are frozen in version 2.\n"
    holidays = queries.terms_in_force(agreement, date(2026, 5, 1)).calendars["office"].holidays
    assert holidays is not None
    assert date(2026, 4, 27) in holidays.frozen[2026]  # King's Day
    again = run("freeze-holidays", "--as", lead.email, "AG-7", "2026")
    assert (again.exit_code, len(queries.versions(agreement))) == (1, 2)
