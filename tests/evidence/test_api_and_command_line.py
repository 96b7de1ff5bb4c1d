"""The same imports for machines: over the API and from the command line."""

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from directory.cast import Cast
from retained.directory.commands.tokens import make_token
from retained.directory.models import ApiToken, Person
from retained.evidence.models import Batch
from retained.jobs.worker import run_waiting
from retained.project.command_line.evidence import import_files, mapping
from retained.shared import clock

from .importing import HEADER, MAPPING, ROWS, imported


def test_a_machine_reads_sources_batches_and_remarks(browser: Client, manager: Person) -> None:
    imported(manager, HEADER + ROWS + "INC-3;2026-10-24 10:00;Parked;1\n")
    (source,) = browser.get("/api/v1/sources").json()
    assert (source["name"], source["row_count"]) == ("brightdesk", 4)
    (batch,) = browser.get("/api/v1/sources/brightdesk/batches").json()
    assert batch["remark_counts"] == {"state_not_mapped": 1, "state_unknown": 1}
    _, remark = browser.get("/api/v1/sources/brightdesk/batches/1/remarks").json()
    assert (remark["row"], remark["column"]) == (5, "state")


def test_files_are_imported_from_the_command_line(manager: Person, tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(HEADER + ROWS)
    (tmp_path / "m.yaml").write_text(MAPPING)
    given = ["--mapping", str(tmp_path / "m.yaml"), "--as", manager.email, "--format", "json"]
    result = CliRunner().invoke(import_files, [*given, str(tmp_path / "tickets.csv")])
    assert result.exit_code == 0, result.output
    (row,) = json.loads(result.stdout)
    assert (row["state"], row["rows_used"], row["batch"]) == ("done", 3, 1)
    assert Batch.objects.count() == 1


def test_a_mapping_is_guessed_and_checked(tmp_path: Path) -> None:
    tickets, file = tmp_path / "tickets.csv", tmp_path / "m.yaml"
    tickets.write_text(HEADER + ROWS)
    runner = CliRunner()
    guessed = runner.invoke(mapping, ["guess", str(tickets)])
    assert guessed.exit_code == 0, guessed.output
    file.write_text(guessed.stdout)
    checked = runner.invoke(
        mapping, ["check", str(file), "--evidence", str(tickets), "--format", "csv"]
    )
    assert checked.exit_code == 0, checked.output
    assert "tickets.csv,state_changes,3,3" in checked.stdout
    file.write_text(guessed.stdout.replace("shape:", "shap:"))
    wrong = runner.invoke(mapping, ["check", str(file)])
    assert wrong.exit_code == 1
    assert "did you mean" in wrong.stderr


def test_a_machine_sends_a_file_with_its_mapping(cast: Cast) -> None:
    life = timedelta(days=30)
    made = make_token(
        name="i", scope=ApiToken.Scope.WRITE, life=life, by=cast.service_manager, at=clock.now()
    )
    sent = Client().post(
        "/api/v1/imports",
        {"file": SimpleUploadedFile("tickets.csv", (HEADER + ROWS).encode()), "mapping": MAPPING},
        headers={"Authorization": f"Bearer {made.secret}"},
    )
    assert sent.status_code == 202, sent.content
    run_waiting()
    batch = Batch.objects.get()
    assert batch.rows_used == 3
