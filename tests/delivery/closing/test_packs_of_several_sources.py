"""A pack over several sources, mappings in versions and corrected files: one command still."""

import csv
import hashlib
import json
import re
import shlex
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from delivery.conftest import Story, import_text
from delivery.months_closed import account_manager_of, confirmed
from delivery.story import AGREEMENT, HEADER, MAPPING, STORY_DAY, STORY_ZONE
from directory.cast import Cast
from retained.contracts.commands import register_agreement
from retained.contracts.engine.reading import read_agreement
from retained.delivery.commands.exclusions import answer_exclusion, ask_exclusion
from retained.delivery.commands.measuring import measure_agreement
from retained.delivery.models import MonthClose
from retained.delivery.packing import make_pack
from retained.directory.engine.roles import Role
from retained.evidence.models import Batch
from retained.project.command_line.measure import measure
from retained.shared import clock

DEPOT = "Depot & parts"
AGREEMENT_OF_TWO = AGREEMENT.replace(
    "credits:\n",
    f"""\
  - id: parts
    title: Parts in time
    source: {DEPOT}
    clock: resolve
    measure: within_target
    targets: {{"1": 4h, "2": 8h}}
    expected: 80 %
credits:
""",
    1,
)
# The same export after the tool was changed: other marks, other times, read by mapping 2.
MAPPING_2 = MAPPING.replace('delimiter: ","', 'delimiter: ";"').replace(
    "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"
)
DEPOT_MAPPING = f"""\
schema: retained/mapping/1
source: {DEPOT}
time_zone: Europe/Amsterdam
files:
  - pattern: "*.csv"
    shape: stamps
    delimiter: ","
    datetime: "%Y-%m-%d %H:%M"
    columns: {{ticket: ticket, opened: opened, resolved: resolved, priority: priority}}
"""
FIRST = ",".join(HEADER) + (
    "\nINC-1,2026-10-05 08:00,New,2,R. Haas,,met,,0\n"
    "INC-1,2026-10-05 09:00,Waiting for customer,2,R. Haas,asked,met,,0\n"
    "INC-2,2026-10-06 08:00,New,1,R. Haas,,met,,0\n"
    "INC-2,2026-10-06 09:00,Resolved,1,R. Haas,,met,,0\n"
)
# INC-1 goes on in the second file: only both together say how long its clock ran.
SECOND = ";".join(HEADER) + (
    "\nINC-1;05/10/2026 15:00;In progress;2;R. Haas;;met;;0\n"
    "INC-1;05/10/2026 17:30;Resolved;2;R. Haas;;met;;0\n"
)
PARTS = "ticket,opened,resolved,priority\n"
# The correction came later under a name that stands earlier: priority 1 counts, and misses.
DEPOT_FIRST = PARTS + (
    "P-1,2026-10-07 08:00,2026-10-07 14:00,2\nP-2,2026-10-08 08:00,2026-10-08 09:00,2\n"
    "P-3,2026-10-09 08:00,2026-10-19 09:00,2\n"
)
DEPOT_CORRECTED = PARTS + "P-1,2026-10-07 08:00,2026-10-07 14:00,1\n"


@pytest.fixture
def close(cast: Cast) -> MonthClose:
    clock.tell_story_of(STORY_DAY.date(), STORY_ZONE)
    lead = cast.people[Role.SOURCING_LEAD]
    agreement = register_agreement(read_agreement(AGREEMENT_OF_TWO), by=lead, at=STORY_DAY)
    import_text(FIRST, MAPPING, by=lead, name="tickets-1.csv")
    import_text(SECOND, MAPPING_2, by=lead, name="tickets-2.csv")
    import_text(DEPOT_FIRST, DEPOT_MAPPING, by=lead, name="z-parts.csv")
    import_text(DEPOT_CORRECTED, DEPOT_MAPPING, by=lead, name="a-parts.csv")
    story = Story(cast, agreement, measure_agreement(agreement, by=lead, at=clock.now()))
    asked = ask_exclusion(
        agreement, "P-3", service_level="parts", reason="Never ordered",
        by=account_manager_of(story), at=clock.now(),
    )  # fmt: skip
    answer_exclusion(
        asked, agreed=True, answer="", by=story.manager, at=clock.now(), version=asked.version
    )
    story.measure()
    return confirmed(story)


@pytest.fixture
def folder(close: MonthClose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with zipfile.ZipFile(make_pack(close, tell=lambda *_: None, at=clock.now())) as archive:
        archive.extractall(tmp_path / "pack")
    monkeypatch.chdir(tmp_path / "pack")
    return tmp_path / "pack"


def recomputed(folder: Path) -> Result:
    """Run the command that the README names, as somebody copies it."""
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    commands = re.findall(r"retained measure (.+?--tickets \S+)", readme, re.DOTALL)
    assert len(commands) == 1
    arguments = shlex.split(commands[0].replace("\\\n", " "))
    return CliRunner().invoke(measure, [*arguments, "--format", "json"])


def test_one_command_gives_the_frozen_rows_of_all_sources_byte_for_byte(folder: Path) -> None:
    result = recomputed(folder)
    assert result.exit_code == 0, result.output
    frozen = (folder / "tickets.csv").read_bytes()
    assert (folder / "again.csv").read_bytes() == frozen
    rows = {
        (row["service_level"], row["ticket"]): row
        for row in csv.DictReader(frozen.decode().splitlines())
    }
    # One hour to 9:00 and 2.5 hours from 15:00: the two versions of the mapping meet here.
    assert rows["urgent", "INC-1"]["clock_seconds"] == str(int(3.5 * 3600))
    assert rows["parts", "P-1"]["verdict"] == "missed"
    assert rows["parts", "P-3"]["verdict"] == "excluded"
    months = {row["service_level"]: row for row in json.loads(result.stdout)}
    assert (months["parts"]["met"], months["parts"]["counted"]) == (1, 2)
    assert months["urgent"]["met"] == 2


def test_every_file_lies_where_the_list_says_with_the_hash_of_the_statement(folder: Path) -> None:
    listed = list(csv.DictReader((folder / "batches.csv").read_text().splitlines()))
    stated = json.loads((folder / "statement.json").read_text())["evidence"]
    assert [(row["source"], int(row["number"]), row["sha256"]) for row in listed] == [
        (one["source"], one["number"], one["sha256"]) for one in stated
    ]
    for row in listed:
        content = (folder / row["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"]
    depot = {row["file"].split("/")[1] for row in listed if row["source"] == DEPOT}
    source = Batch.objects.filter(source__name=DEPOT).values_list("source_id", flat=True)[0]
    assert depot == {f"Depot_parts-{source}"}
    assert len({row["mapping"] for row in listed}) == 3


def test_a_file_that_was_changed_is_refused_by_name(folder: Path) -> None:
    changed = next((folder / "evidence").rglob("z-parts.csv"))
    changed.write_text(changed.read_text().replace("P-2", "P-9"))
    result = recomputed(folder)
    assert result.exit_code == 1
    assert "z-parts.csv is not the file that batches.csv names" in str(result.exception)
    assert not (folder / "again.csv").exists()


def test_a_list_that_names_what_is_not_there_is_refused(folder: Path) -> None:
    next((folder / "evidence").rglob("a-parts.csv")).unlink()
    assert "is not there, and batches.csv names it" in str(recomputed(folder).exception)
    (folder / "batches.csv").write_text("source,number,file\n")
    assert "lacks the column mapping, sha256" in str(recomputed(folder).exception)


def test_a_list_and_a_mapping_at_once_are_wrong_usage(folder: Path) -> None:
    given = ["--agreement", "agreement.yaml"]
    both = [*given, "--batches", "batches.csv", "--evidence", "evidence"]
    assert CliRunner().invoke(measure, both).exit_code == 2
    assert CliRunner().invoke(measure, given).exit_code == 2
