"""The auditor's pack of a closed month: one zip with which anybody recomputes it, without us.

Everything about the month is what was frozen; the evidence are the original files.
"""

import csv
import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from retained.audit.queries import RecordFilter, chain_lines, entries, entry_rows
from retained.contracts import queries as contracts_queries
from retained.delivery import statement_files
from retained.delivery.models import Measured, MonthClose
from retained.delivery.queries import derived
from retained.delivery.queries.months import agreement_months
from retained.delivery.queries.shown_statements import ShownStatement, shown_statement
from retained.delivery.queries.statements import content
from retained.delivery.queries.terms import agreed
from retained.delivery.queries.tickets import ShownTicket, shown_ticket
from retained.delivery.statement_workbook.book import statement_xlsx
from retained.evidence.models import Batch
from retained.evidence.queries import batches as evidence_batches
from retained.files.storing import path_of
from retained.shared.errors import DomainError, NotThereError
from retained.shared.months import Month

SAMPLE_SIZE = 25
EXCLUSION_COLUMNS = ("service_level", "ticket", "reason")
_BATCH_COLUMNS = ("source", "number", "file", "mapping", "sha256")  # as `measure --batches` reads
_APPROVAL_COLUMNS = ("at", "who", "act", "reason", "record_entry", "changes")
_SAMPLE_COLUMNS = (
    "service_level", "ticket", "verdict", "clock_seconds", "kind", "at", "event", "priority",
    "open_seconds", "sign", "sum_so_far", "file_sha256", "row", "as_in_file",
)  # fmt: skip
_RESTS_ON = """\
rests-on/             the closed statements that the earn-back rests on; statement.json holds the
                      SHA-256 of each, and statement.xlsx works the earn-back out from them
"""
Tell = Callable[[int, int, str], None]


def pack_path(close: MonthClose) -> Path:
    """Return where the pack of a close lies once it was made."""
    shown = f"{close.agreement.reference}-{close.month}-{close.number}"
    return derived.derived_folder() / "packs" / f"{shown}-pack-{close.sha256[:8]}.zip"


def must_be_confirmed(close: MonthClose) -> None:
    """Refuse a pack of what nobody confirmed."""
    if close.confirmed_at is None:
        raise DomainError("A pack is of what counts: have a second person confirm the month first.")


def make_pack(close: MonthClose, *, tell: Tell, at: datetime) -> Path:
    """Make the pack of a confirmed month, whole or not at all, and return where it lies."""
    must_be_confirmed(close)
    target = pack_path(close)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}.part")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            _write(_Writer(archive, close.checked_at), close, tell=tell, at=at)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


class _Writer:
    """Writes into the archive under the moment of the check, so that equal content is equal."""

    def __init__(self, archive: zipfile.ZipFile, at: datetime) -> None:
        self._archive = archive
        self._moment = at.astimezone(UTC).timetuple()[:6]

    def text(self, name: str, text: str) -> None:
        self.bytes(name, text.encode())

    def bytes(self, name: str, value: bytes) -> None:
        self._archive.writestr(self._entry(name), value)

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        self.text(name, out.getvalue())

    def file(self, name: str, path: Path) -> None:
        """Write a file piece by piece: evidence may be larger than memory."""
        entry = self._entry(name)
        with path.open("rb") as source, self._archive.open(entry, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, 1024 * 1024)

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self._moment)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        return entry


def _write(archive: _Writer, close: MonthClose, *, tell: Tell, at: datetime) -> None:
    shown = shown_statement(close)
    zone = agreed(close.agreement).on(shown.content.month).zone
    batches = _batches(shown)
    steps = len(batches) + 4
    tell(0, steps, "The statement")
    archive.text("statement.json", close.document)
    archive.bytes("statement.pdf", statement_files.statement_pdf(shown, zone))
    archive.bytes("statement.xlsx", statement_xlsx(shown))
    archive.text("statement.csv", statement_files.statement_csv(shown))
    archive.file("tickets.csv", path_of(close.tickets))
    for name, text in _rested_on(shown).items():
        archive.text(f"rests-on/{name}.json", text)
    version = contracts_queries.version(close.agreement, shown.content.agreement_version)
    archive.text("agreement.yaml", version.document)
    tell(1, steps, "Exclusions, approvals, record")
    rows = [[one[name] for name in EXCLUSION_COLUMNS] for one in all_exclusions(close)]
    archive.table("exclusions.csv", EXCLUSION_COLUMNS, rows)
    _write_record(archive, close)
    for number, batch in enumerate(batches, start=2):
        tell(number, steps, f"Evidence: {batch.file_name}")
        archive.file(_place_of(batch), path_of(batch.file))
    for name, text in {_mapping_of(one): one.mapping.document for one in batches}.items():
        archive.text(name, text)
    archive.table(
        "batches.csv",
        _BATCH_COLUMNS,
        [
            (one.source.name, one.number, _place_of(one), _mapping_of(one), one.sha256)
            for one in batches
        ],
    )
    tell(steps - 2, steps, "A sample of tickets")
    archive.table("sample.csv", _SAMPLE_COLUMNS, _sample(close))
    archive.text("README.txt", _readme(shown, at=at))
    tell(steps, steps, "The pack is ready")


def all_exclusions(close: MonthClose) -> list[Mapping[str, str]]:
    """Return what was left out of the month, as it was frozen."""
    return list(content(close).exclusions)


def _rested_on(shown: ShownStatement) -> dict[str, str]:
    """Return the closed statements that an earn-back rests on, by month and number."""
    part = shown.content.earned_back
    wanted = {
        (str(one.month), one.statement)
        for line in (part.lines if part else ())
        for one in (line.of, *line.because_of)
        if one.statement is not None
    }
    closes = MonthClose.objects.filter(
        agreement=shown.close.agreement, month__in={month for month, _ in wanted}
    )
    return {
        f"{close.month}-{close.number}": close.document
        for close in closes.order_by("month", "number")
        if (close.month, close.number) in wanted
    }


def _batches(shown: ShownStatement) -> list[Batch]:
    """Return the batches that a statement names; those withdrawn since are still there."""
    found = []
    for stated in shown.content.evidence:
        source = evidence_batches.source_named(stated["source"])
        batch = None
        if source is not None:
            batches = evidence_batches.all_batches(source).select_related(
                "source", "mapping", "file"
            )
            batch = batches.filter(number=stated["number"], sha256=stated["sha256"]).first()
        if batch is None:
            raise DomainError(
                f"Batch {stated['number']} of “{stated['source']}” is not there any more: "
                "restore a backup that holds it, then make the pack anew."
            )
        found.append(batch)
    return found


def _place_of(batch: Batch) -> str:
    """Return where a batch's file lies in the pack."""
    return f"evidence/{_folder_of(batch)}/{batch.number}/{batch.file_name}"


def _mapping_of(batch: Batch) -> str:
    """Return where the version of the mapping lies that a batch was read by."""
    return f"mappings/{_folder_of(batch)}-{batch.mapping.number}.yaml"


def _folder_of(batch: Batch) -> str:
    """Return the name of a source as a folder: no name leads out of the pack."""
    name = batch.source.name
    safe = re.sub(r"[^\w.-]+", "_", name).strip(".")
    return name if name == safe else f"{safe or 'source'}-{batch.source_id}"


def _write_record(archive: _Writer, close: MonthClose) -> None:
    """Write the entries about this close, for people and as links of the chain."""
    found = list(entries(RecordFilter(kind="month close", key=close.record_key)).order_by("id"))
    rows = entry_rows(found)
    archive.table(
        "approvals.csv",
        _APPROVAL_COLUMNS,
        [
            (row.at.isoformat(), row.person, row.verb, row.reason, row.number or "",
             "; ".join(str(change) for change in row.changes))
            for row in rows
        ],
    )  # fmt: skip
    wanted = {row.id for row in rows}
    lines = [line for line in chain_lines() if json.loads(line)["entry_id"] in wanted]
    archive.text("record-entries.jsonl", "".join(lines))
    head = {"number": close.record_number, "hash": close.record_hash}
    archive.text("record-head.json", json.dumps(head) + "\n")


def _sample(close: MonthClose) -> Iterable[Sequence[Any]]:
    """Yield raw rows and terms of tickets drawn by the close's own hash: anybody draws the same."""
    tickets = statement_files.frozen_tickets(close)
    chosen = Random(int(close.sha256, 16)).sample(tickets, min(SAMPLE_SIZE, len(tickets)))  # noqa: S311 - a seeded draw that can be repeated, no secret
    measured = Measured.objects.filter(agreement=close.agreement).first()
    if measured is None:
        return
    months = agreement_months(close.agreement, measured)
    for row in chosen:
        level, number = row["service_level"], row["ticket"]
        try:
            shown = shown_ticket(months, level, number)
        except NotThereError:
            continue  # withdrawn since: the frozen row stands in tickets.csv
        frozen = (level, number, row["verdict"], row["clock_seconds"])
        yield from (frozen + line for line in _sample_lines(shown))


def _sample_lines(shown: ShownTicket) -> Iterable[tuple[Any, ...]]:
    for raw in shown.raw:
        cells = json.dumps(dict(raw.cells), ensure_ascii=False)
        place = (raw.sha256, raw.row, cells)
        yield ("raw", raw.at.isoformat(), raw.says, raw.priority, "", "", "", *place)
    for term in shown.rows:
        yield (
            "term", term.at.isoformat(), term.event, "", term.open_seconds, term.sign,
            term.sum_so_far, "", "" if term.row is None else term.row, "",
        )  # fmt: skip


def _readme(shown: ShownStatement, *, at: datetime) -> str:
    stated, close = shown.content, shown.close
    month = Month.parse(close.month).title
    earned = stated.earned_back is not None and bool(stated.earned_back.lines)
    rests_on = _RESTS_ON if earned else ""
    return f"""\
{stated.title}, {month}: statement {close.number}
{"=" * 72}

Client    {stated.client}
Provider  {stated.provider}
Agreement {stated.agreement}, version {stated.agreement_version}
Rules     {stated.rule_version}
SHA-256 of statement.json  {close.sha256}
SHA-256 of tickets.csv     {stated.tickets_sha256}
Record's head when it was confirmed: number {close.record_number}, {close.record_hash}
Packed {at.isoformat()}

Recompute it
------------
With Retained installed, no server and nothing stored:

  retained measure --agreement agreement.yaml --batches batches.csv \\
    --exclusions exclusions.csv --month {close.month} --as-of {shown.as_of.isoformat()} \\
    --tickets again.csv

It checks the SHA-256 of each file of evidence; again.csv is tickets.csv, byte for byte.

What is in here
---------------
statement.json        the frozen document; its SHA-256 is what the second person confirmed
statement.pdf, .xlsx, .csv   the same for people; the workbook recomputes figures and credits
tickets.csv           what each ticket counts as, frozen
{rests_on}agreement.yaml        the version in force in the month
batches.csv           every file of evidence with its mapping, in the order of their import
mappings/             how each source's files were read, by version
evidence/             the original files, by source and batch; statement.json holds their SHA-256
exclusions.csv        tickets that both sides agreed to leave out
approvals.csv         who checked, confirmed, sent and answered, when, with the record's entries
record-entries.jsonl  those entries as links of the record's chain
record-head.json      the record's head when the month was confirmed
sample.csv            {SAMPLE_SIZE} tickets with raw rows and the terms of their clocks, drawn
                      from the rows of tickets.csv by Python's
                      random.Random(SEED).sample(rows, {SAMPLE_SIZE}), where SEED is
                      int(SHA-256 of statement.json, 16); as_in_file holds every column of a
                      raw row, as it stood in the file
"""
