"""Files that are looked at as they come in: kept if they can be read, else not at all."""

from dataclasses import dataclass
from datetime import datetime

import yaml
from django.db import transaction

from retained.audit.record import Actor
from retained.evidence.commands.importing import take_in, usable_mapping
from retained.evidence.commands.reported import keep_reported_verdicts
from retained.evidence.engine.staging.stage import must_be_a_table_by_name
from retained.evidence.engine.staging.staged import Refusal
from retained.evidence.models import ImportRun, Source
from retained.evidence.queries.imports import Preview, preview, proposal_of
from retained.evidence.queries.reported import verdicts_in
from retained.files.storing import SentFile, store_upload
from retained.shared.errors import DomainError
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that waits for its mapping, and what `mapping` (YAML) makes of its beginning."""

    run: ImportRun
    mapping: str
    reasons: tuple[str, ...]
    preview: Preview


@dataclass(frozen=True, slots=True)
class VerdictColumns:
    """Where a report says what of which ticket; `breached`: its column says yes for a miss."""

    ticket: str
    verdict: str
    breached: bool


@transaction.atomic  # a file that cannot be read is not kept either
def check_file(sent: SentFile, mapping: str = "", *, by: Actor, at: datetime) -> Checked:
    """Take a file in, and say what a mapping makes of it: the one given, known, or proposed.

    Raises DomainError with every reason why the file or the mapping cannot be read.
    """
    run = take_in(sent.stream, name=sent.name, by=by, at=at)
    try:
        reasons: tuple[str, ...] = ()
        if not mapping.strip():
            proposed = proposal_of(run)
            reasons = (*proposed.guess.reasons, *proposed.guess.doubts)
            mapping = yaml.safe_dump(proposed.fields, sort_keys=False, allow_unicode=True)
        return Checked(run, mapping, reasons, preview(run, usable_mapping(mapping)))
    except Refusal as refusal:
        raise DomainError(str(refusal.remark)) from refusal


@transaction.atomic  # a report that cannot be read is not kept either
def keep_verdict_file(
    source: Source,
    label: str,
    month: Month,
    columns: VerdictColumns,
    sent: SentFile,
    *,
    by: Actor,
    at: datetime,
) -> tuple[int, int]:
    """Keep the provider's verdicts; return how many, and how many rows say neither."""
    must_be_a_table_by_name(sent.name)
    file = store_upload(sent.stream, name=sent.name, by=by, at=at)
    try:
        read = verdicts_in(
            file, ticket=columns.ticket, verdict=columns.verdict, breached=columns.breached
        )
    except Refusal as refusal:
        raise DomainError(str(refusal.remark)) from refusal
    kept = keep_reported_verdicts(source, label, month, read.verdicts, file=file, by=by, at=at)
    return kept, read.unclear_rows
