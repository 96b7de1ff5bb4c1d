"""Files as machines and the command line hand them in: checked first, or a report of verdicts."""

from dataclasses import dataclass
from datetime import datetime

import yaml
from django.db import transaction

from retained.audit.record import Actor
from retained.evidence.commands.importing import usable_mapping
from retained.evidence.commands.reported import keep_reported_verdicts
from retained.evidence.engine.mapping import Mapping
from retained.evidence.engine.staging.staged import Refusal
from retained.evidence.models import ImportRun, Source
from retained.evidence.queries.imports import Preview, preview, proposal_of
from retained.evidence.queries.reported import verdicts_in
from retained.files.storing import Stream, store_upload
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
class SentFile:
    """A file that was handed in: its bytes and its name."""

    stream: Stream
    name: str


@dataclass(frozen=True, slots=True)
class VerdictColumns:
    """Where a report says what of which ticket; `breached`: its column says yes for a miss."""

    ticket: str
    verdict: str
    breached: bool


def checked(run: ImportRun, mapping: str = "") -> Checked:
    """Return what a mapping makes of a file: the one given, the one known, or a proposal.

    Raises DomainError with every reason why the file or the mapping cannot be read.
    """
    try:
        reasons: tuple[str, ...] = ()
        if not mapping.strip():
            proposed = proposal_of(run)
            reasons = (*proposed.guess.reasons, *proposed.guess.doubts)
            mapping = yaml.safe_dump(proposed.fields, sort_keys=False, allow_unicode=True)
        found: Mapping = usable_mapping(mapping)
        return Checked(run, mapping, reasons, preview(run, found))
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
    file = store_upload(sent.stream, name=sent.name, by=by, at=at)
    try:
        read = verdicts_in(
            file, ticket=columns.ticket, verdict=columns.verdict, breached=columns.breached
        )
    except Refusal as refusal:
        raise DomainError(str(refusal.remark)) from refusal
    kept = keep_reported_verdicts(source, label, month, read.verdicts, file=file, by=by, at=at)
    return kept, read.unclear_rows
