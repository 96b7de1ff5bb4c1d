"""A made-up installation for the benchmark of pages, written in bulk into a data folder of its own.

    RETAINED_DATA_DIR=FOLDER python benchmarks/made_installation.py AGREEMENTS PROVIDERS TICKETS

The first agreement has the TICKETS; each other one has a few. Every agreement has twelve months
that are over, most of them closed, sent and answered, and one that runs.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from made_months import close_months, measure_months
from made_results import (
    write_frozen,
    write_histories,
    write_remarks,
    write_results,
    write_rows,
)
from made_rows import FIRST, NOW, RUNNING, insert, results_name, sha
from retained.audit.models import ActorLabel, Entry, Seal, Text
from retained.contracts.models import Agreement, AgreementVersion
from retained.delivery.commands.standings import keep_missing_standings
from retained.delivery.models import MonthClose
from retained.delivery.queries import derived
from retained.directory.models import Organisation, Person, RoleGrant
from retained.evidence.models import Batch, ImportRun, MappingVersion, ReportedFigure, Source
from retained.files.models import StoredFile
from retained.files.storing import path_of
from retained.project import preparing
from retained.shared.months import Month

SEED = 20261109
BATCHES = 12  # of each source
FEW_TICKETS = 400
CLIENT_ROLES = (
    "administrator", "sourcing_lead", "service_manager", "finance", "legal", "executive",
    "auditor",
)  # fmt: skip
TITLES = ("Service desk", "Networks", "Applications", "Workplace", "Data centre", "Security desk")

_MAPPING = """\
schema: retained/mapping/1
source: any
time_zone: Europe/Amsterdam
files:
  - pattern: "tickets*.csv"
    shape: state_changes
    datetime: "%Y-%m-%d %H:%M"
    columns: {ticket: ticket, at: at, state: state}
states: {new: new, in_progress: in_progress, waiting_client: waiting_client, resolved: resolved}
"""
_TERMS = """\
schema: retained/agreement/1
reference: {reference}
title: {title}
client: Lindenhof Bank
provider: {provider}
currency: EUR
time_zone: Europe/Amsterdam
from: {start}
until: {end}
renewal: {{by_months: 12, notice_months: 6}}
credit_base: {{amount: 92000.00, per: month}}
calendars:
  office: {{hours: {{monday-friday: ["08:00-18:00"]}}}}
clocks:
  resolve: {{pauses_in: [waiting_client], calendar: office}}
service_levels:
  - id: urgent
    title: P1 and P2 in time
    source: {source}
    tickets: {{priority: ["1", "2"]}}
    clock: resolve
    measure: within_target
    targets: {{"1": 4h, "2": 8h}}
    expected: 95 %
    minimum: 90 %
    critical: true
    credit: {{allocation: 40 %, below_expected: 50 %, below_minimum: 100 %}}
  - id: other
    title: P3 and P4 in time
    source: {source}
    tickets: {{priority: ["3", "4"]}}
    clock: resolve
    measure: within_target
    targets: {{"3": 3 working days, "4": 3 working days}}
    expected: 90 %
    minimum: 85 %
    credit: {{allocation: 30 %, below_expected: 50 %, below_minimum: 100 %}}
  - id: first-time
    title: Resolved the first time
    source: {source}
    clock: resolve
    measure: first_time
    expected: 80 %
    minimum: 60 %
    credit: {{allocation: 30 %, below_expected: 50 %, below_minimum: 100 %}}
credits: {{at_risk: 12 %}}
"""


def make(agreements: int, providers: int, tickets: int) -> None:
    """Lay the database and fill it."""
    preparing.prepare(demonstration=False, say=print)
    chance = random.Random(SEED)
    with transaction.atomic():
        organisations = _organisations(providers)
        people = _people(organisations)
        sources, batches = _evidence(organisations[1:], people)
        made = _agreements(agreements, organisations[1:], sources, people, chance)
        measure_months(made, tickets, chance)
        close_months(made, people, batches[0].file, chance)
        _record(people, made)
    _files(made, tickets, batches)
    with transaction.atomic():
        keep_missing_standings()


def _organisations(providers: int) -> list[Organisation]:
    client = Organisation(kind="client", name="Lindenhof Bank", slug="lindenhof-bank")
    rows = [client] + [
        Organisation(kind="provider", name=f"Provider {n:04}", slug=f"provider-{n:04}")
        for n in range(providers)
    ]
    for row in rows:
        row.created_at, row.time_zone, row.country = NOW, "Europe/Amsterdam", "NL"
    return insert(rows)


def _people(organisations: Sequence[Organisation]) -> list[Person]:
    """Add people of the client, the first of each role to sign in as, and two of each provider."""
    client, providers = organisations[0], organisations[1:]
    places = [(client, CLIENT_ROLES[n % len(CLIENT_ROLES)]) for n in range(200)]
    places += [(one, role) for one in providers for role in ("account_manager", "contributor")]
    people = insert(
        Person(
            email=f"person{n}@example.org", name=f"Person {n}", organisation=owner,
            password="!", created_at=NOW,
        )
        for n, (owner, _) in enumerate(places)
    )  # fmt: skip
    insert(
        RoleGrant(person=person, role=role, side=person.side.value, granted_at=NOW)
        for person, (_, role) in zip(people, places, strict=True)
    )
    return people


def _evidence(
    providers: Sequence[Organisation], people: Sequence[Person]
) -> tuple[list[Source], list[Batch]]:
    """Add a source of each provider, with twelve batches and the provider's own figures."""
    by = people[0].actor_key
    sources = insert(
        Source(name=one.slug, provider=one, created_at=NOW) for one in providers
    )  # fmt: skip
    mappings = insert(
        MappingVersion(source=one, number=1, document=_MAPPING, created_at=NOW, created_by_key=by)
        for one in sources
    )
    files = insert(
        StoredFile(
            folder="evidence", original_name=f"tickets-{n}.csv", content_type="text/csv",
            size_bytes=9_000_000, sha256=sha(f"file {n}"), created_at=NOW, created_by_key=by,
        )
        for n in range(BATCHES * len(sources))
    )  # fmt: skip
    batches = insert(
        _batch(mapping, file, n % BATCHES + 1, by)
        for n, (mapping, file) in enumerate(zip(_each(mappings, BATCHES), files, strict=True))
    )
    insert(
        ImportRun(file=one.file, state="done", mapping=one.mapping, batch=one,
                  started_at=NOW, started_by_key=by)
        for one in batches
    )  # fmt: skip
    insert(
        ReportedFigure(
            source=source, label="P1 and P2 in time", month=str(FIRST.plus(n)), met=229,
            counted=240, reported_at=NOW, reported_by_key=by,
        )
        for source in sources
        for n in range(12)
    )  # fmt: skip
    return sources, batches


def _batch(mapping: MappingVersion, file: StoredFile, number: int, by: str) -> Batch:
    return Batch(
        source=mapping.source, number=number, mapping=mapping, file=file,
        file_name=file.original_name, sha256=file.sha256, folder=file.sha256, format="csv",
        columns=["ticket", "at", "state"], rows_staged=700_000, rows_read=700_000,
        rows_used=693_000, tickets=170_000, latest_at=NOW, remark_counts={"state_unknown": 7000},
        imported_at=NOW, imported_by_key=by,
    )  # fmt: skip


def _agreements(
    count: int,
    providers: Sequence[Organisation],
    sources: Sequence[Source],
    people: Sequence[Person],
    chance: random.Random,
) -> list[Agreement]:
    """Add agreements and one version of each; one in fifty may be ended within 90 days."""
    rows = insert(
        Agreement(
            reference=f"AG-{n + 1}", title=f"{TITLES[n % len(TITLES)]} {n + 1}",
            provider=providers[n % len(providers)], created_at=NOW,
        )
        for n in range(count)
    )  # fmt: skip
    insert(_version(one, sources[n % len(sources)], people, chance) for n, one in enumerate(rows))
    return rows


def _version(
    agreement: Agreement, source: Source, people: Sequence[Person], chance: random.Random
) -> AgreementVersion:
    starts_on = FIRST.plus(-6).first_day
    ends_on = NOW.date() + timedelta(days=chance.randrange(200, 2000))
    document = _TERMS.format(
        reference=agreement.reference, title=agreement.title, provider=agreement.provider.name,
        source=source.name, start=starts_on, end=ends_on,
    )  # fmt: skip
    return AgreementVersion(
        agreement=agreement, number=1, effective_from=starts_on, document=document,
        sha256=sha(document), starts_on=starts_on, ends_on=ends_on, renewal_months=12,
        notice_months=6, notice_on=ends_on - timedelta(days=183), service_level_count=3,
        currency="EUR", monthly_minor=9_200_000, created_by_key=people[1].actor_key,
        created_at=NOW,
    )  # fmt: skip


def _record(people: Sequence[Person], agreements: Sequence[Agreement]) -> None:
    """Add forty sealed acts for each agreement; the hashes are made up."""
    insert(ActorLabel(actor_key=one.actor_key, label=one.name) for one in people[:400])
    entries = insert(
        Entry(
            at=NOW, actor_key=people[n % 400].actor_key, verb=("measured", "sent", "closed")[n % 3],
            object_kind="agreement", object_key=agreement.reference,
            object_label=str(agreement)[:200], before="", after='{"results":"0"}', reason_hash="",
        )
        for agreement in agreements
        for n in range(40)
    )  # fmt: skip
    insert(
        Seal(number=n, entry_id=entry.pk, sealed_at=NOW, hash=sha(f"seal {n}"))
        for n, entry in enumerate(entries, start=1)
    )
    insert(
        Text(entry_id=entry.pk, place="reason", salt="", text="Because.") for entry in entries[::9]
    )


def _files(agreements: Sequence[Agreement], tickets: int, batches: Sequence[Batch]) -> None:
    """Write results of every agreement and histories of every source: the first has most of both.

    The others are alike, and one file under many names.
    """
    folder = derived.derived_folder()
    write_results(folder / results_name(agreements[0]), tickets, FIRST, RUNNING)
    for close in MonthClose.objects.filter(agreement=agreements[0]).select_related("tickets"):
        results = folder / results_name(agreements[0])
        write_frozen(path_of(close.tickets), results, Month.parse(close.month))
    some = folder / results_name(agreements[1])
    write_results(some, FEW_TICKETS, FIRST, RUNNING)
    for one in agreements[2:]:
        (folder / results_name(one)).hardlink_to(some)
    places = [derived.folder_of(batches[n : n + BATCHES]) for n in range(0, len(batches), BATCHES)]
    write_histories(places[0], tickets, FIRST, RUNNING, batches[0].sha256)
    write_histories(places[1], FEW_TICKETS, FIRST, RUNNING, batches[BATCHES].sha256)
    for place in places[2:]:
        place.mkdir()
        for file in places[1].iterdir():
            (place / file.name).hardlink_to(file)
    write_rows(Path(settings.EVIDENCE_ROOT) / batches[0].folder, tickets, FIRST, RUNNING)
    write_remarks(Path(settings.EVIDENCE_ROOT) / batches[0].folder, 7000)


def _each(rows: Sequence[Any], times: int) -> Iterator[Any]:
    return (row for row in rows for _ in range(times))


if __name__ == "__main__":
    make(*(int(number) for number in sys.argv[1:4]))
