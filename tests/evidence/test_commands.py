"""Imports are all or nothing, once, and in any order; what counts can be withdrawn, never lost."""

import itertools
import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from retained.audit.models import Entry
from retained.directory.models import Person
from retained.evidence import batch_files
from retained.evidence.commands.batches import clear_left_over, withdraw_batch
from retained.evidence.commands.importing import confirm_import
from retained.evidence.commands.reported import Figure, keep_reported_figures
from retained.evidence.models import Batch, ImportState, ReportedFigure, Source
from retained.evidence.queries.batches import batches_that_count, evidence_of, evidence_of_batches
from retained.evidence.queries.imports import mappings_for
from retained.evidence.queries.reported import reported_figures
from retained.jobs.worker import run_waiting
from retained.shared.errors import DomainError
from retained.shared.months import Month

from .importing import AT, HEADER, MAPPING, ROWS, imported, sent


def history(source: Source) -> list[Any]:
    with evidence_of(source) as evidence:
        return evidence.connection.execute(
            'SELECT ticket, "at", state, priority FROM changes ORDER BY ticket, sequence'
        ).fetchall()


def test_a_file_becomes_a_batch_with_its_hash_rows_and_remarks(manager: Person) -> None:
    run = imported(manager, HEADER + ROWS + "INC-3;2026-10-24 10:00;Parked;1\n")
    batch = Batch.objects.get()
    assert (run.state, run.batch) == (ImportState.DONE, batch)
    assert (batch.rows_read, batch.rows_used, batch.rows_unusable) == (4, 3, 1)
    assert batch.remark_counts == {"state_not_mapped": 1, "state_unknown": 1}
    assert batch.tickets == 2
    assert batch.sha256 == batch.file.sha256
    assert batch.imported_by_key == manager.actor_key
    assert {path.name for path in batch.path.iterdir()} == {"rows.parquet", "remarks.parquet"}
    assert Entry.objects.filter(verb="imported").count() == 1


def test_the_same_file_twice_changes_nothing_and_says_so(manager: Person) -> None:
    imported(manager, HEADER + ROWS)
    again = imported(manager, HEADER + ROWS, name="tickets-again.csv")
    assert again.state == ImportState.UNCHANGED
    assert "in already" in again.sentence
    assert Batch.objects.count() == 1


def test_the_database_lets_a_content_count_once(manager: Person) -> None:
    imported(manager, HEADER + ROWS)
    batch = Batch.objects.get()
    batch.pk, batch.number, batch.folder = None, 2, "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.save(force_insert=True)


def test_overlapping_files_in_any_order_give_the_same_history(manager: Person) -> None:
    lines = ROWS.splitlines(keepends=True)
    parts = [HEADER + "".join(lines[:2]), HEADER + "".join(lines[1:]), HEADER + ROWS]
    found = []
    for number, order in enumerate(itertools.permutations(parts)):
        mapping = MAPPING.replace("brightdesk", f"source {number}")
        for turn, text in enumerate((*order, order[0])):
            imported(manager, text, name=f"tickets-{turn}.csv", mapping=mapping)
        found.append(history(Source.objects.get(name=f"source {number}")))
    assert len(found[0]) == 3
    assert all(one == found[0] for one in found)


def test_a_corrected_row_supersedes_and_the_earlier_one_is_kept(manager: Person) -> None:
    mapping = MAPPING.replace("priority: priority}", "row_id: priority}")
    imported(manager, HEADER + "A;2026-10-05 09:00;New;1\n", mapping=mapping)
    imported(manager, HEADER + "A;2026-10-05 10:00;New;1\n", mapping=mapping)
    source = Source.objects.get()
    assert [row[1] % 86_400 // 3600 for row in history(source)] == [8]
    first = evidence_of_batches(batches_that_count(source)[:1])
    assert first.connection.execute('SELECT "at" FROM changes').fetchall()[0][0] % 86_400 == 25_200


def test_a_file_without_a_usable_row_is_refused_and_changes_nothing(manager: Person) -> None:
    run = imported(manager, HEADER + "A;yesterday;New;1\n")
    assert run.state == ImportState.REFUSED
    assert "“yesterday”" in run.sentence
    assert not Batch.objects.exists()


def test_another_mapping_reads_the_same_file_anew(manager: Person) -> None:
    text = HEADER + ROWS + "INC-3;2026-10-24 10:00;Parked;1\n"
    imported(manager, text)
    imported(
        manager, text, mapping=MAPPING.replace("{New: new,", "{New: new, Parked: waiting_client,")
    )
    first, second = Batch.objects.order_by("number")
    assert (first.counts, second.counts) == (False, True)
    assert second.rows_unusable == 0
    assert second.mapping.number == 2
    assert len(history(second.source)) == 4


def test_a_withdrawn_batch_counts_no_more_and_stays(manager: Person) -> None:
    imported(manager, HEADER + ROWS)
    batch = Batch.objects.get()
    with pytest.raises(DomainError, match="Say why"):
        withdraw_batch(batch, reason=" ", by=manager, at=AT)
    withdraw_batch(batch, reason="Test data", by=manager, at=AT)
    assert history(batch.source) == []
    assert (batch.path / batch_files.ROWS).exists()
    with pytest.raises(DomainError, match="already"):
        withdraw_batch(batch, reason="again", by=manager, at=AT)
    assert imported(manager, HEADER + ROWS).state == ImportState.DONE


def test_a_second_click_confirms_nothing(manager: Person) -> None:
    run = sent(manager, HEADER + ROWS)
    confirm_import(run, MAPPING, columns=["ticket"], by=manager, at=AT)
    with pytest.raises(DomainError, match="on its way"):
        confirm_import(run, MAPPING, columns=["ticket"], by=manager, at=AT)


def test_a_mapping_is_kept_in_versions_and_recognised_by_the_header(manager: Person) -> None:
    imported(manager, HEADER + ROWS)
    imported(manager, HEADER + ROWS + "INC-2;2026-10-24 10:00;Resolved;1\n")
    source = Source.objects.get()
    assert [version.number for version in source.mappings.all()] == [1]
    found = mappings_for(["State", "at", "ticket", " priority"])
    assert found == {source.name: source.mappings.get()}
    assert mappings_for(["ticket"]) == {}


@pytest.mark.parametrize(
    "point",
    [
        "retained.evidence.batch_files.move_into_place",
        "retained.evidence.batch_files._fsync",
        "retained.evidence.commands.importing.write_remarks",
        "retained.evidence.commands.importing._keep_batch",
        "retained.evidence.commands.importing.record",
    ],
)
def test_a_fault_at_any_point_leaves_the_previous_state(
    manager: Person, monkeypatch: pytest.MonkeyPatch, point: str, settings: Any
) -> None:
    imported(manager, HEADER + ROWS)
    before = history(Source.objects.get())
    run = sent(manager, HEADER + ROWS + "INC-9;2026-10-24 10:00;New;1\n")
    confirm_import(run, MAPPING, columns=["ticket"], by=manager, at=AT)

    class Cut(BaseException):
        pass

    def cut(*_: Any, **__: Any) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(point, cut)
        with pytest.raises(Cut):
            run_waiting()
    assert Batch.objects.count() == 1
    assert history(Source.objects.get()) == before
    folders = [path.name for path in Path(settings.EVIDENCE_ROOT).iterdir()]
    assert sorted(folders) == sorted([".incoming", Batch.objects.get().folder])


def test_what_killed_imports_left_is_cleared_and_nothing_else(
    manager: Person, settings: Any
) -> None:
    imported(manager, HEADER + ROWS)
    root = Path(settings.EVIDENCE_ROOT)
    left = [root / ".incoming" / ("0" * 32), root / ("f" * 32)]
    young, foreign = root / ("e" * 32), root / "notes"
    for folder in (*left, young, foreign):
        folder.mkdir()
    long_ago = (AT - timedelta(days=2)).timestamp()
    for folder in (*left, foreign, Batch.objects.get().path):
        os.utime(folder, (long_ago, long_ago))
    os.utime(young, (AT.timestamp(), AT.timestamp()))
    assert clear_left_over(AT) == 2
    assert not any(folder.exists() for folder in left)
    assert all(path.exists() for path in (young, foreign, Batch.objects.get().path))


def test_a_figure_of_the_provider_is_kept_under_its_label_and_superseded(manager: Person) -> None:
    imported(manager, HEADER + ROWS)
    source, october = Source.objects.get(), Month(2026, 10)
    first = Figure("P1 and P2 in time", october, met=229, counted=240)
    keep_reported_figures(source, [first], by=manager, at=AT)
    second = Figure("P1 and P2 in time", october, percent="95.4")
    keep_reported_figures(source, [second], by=manager, at=AT)
    found = reported_figures(["brightdesk"], october)
    assert [(one.label, one.percent, one.met) for one in found] == [
        ("P1 and P2 in time", Decimal("95.4"), None)
    ]
    assert ReportedFigure.objects.count() == 2


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ({"met": 3, "counted": 2}, "more tickets met"),
        ({"percent": "101"}, "between 0 and 100"),
        ({"percent": "NaN"}, "between 0 and 100"),
        ({"percent": "many"}, "not a percentage"),
        ({}, "give met and counted"),
    ],
)
def test_an_impossible_figure_is_refused(
    manager: Person, figure: dict[str, Any], words: str
) -> None:
    imported(manager, HEADER + ROWS)
    with pytest.raises(DomainError, match=words):
        keep_reported_figures(
            Source.objects.get(),
            [Figure("In time", Month(2026, 10), **figure)],
            by=manager,
            at=AT,
        )
