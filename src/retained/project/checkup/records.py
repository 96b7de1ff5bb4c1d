"""Questions about the records: database and its clock, worker, the record and its kept head."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from retained.audit.kept_heads import in_words
from retained.audit.models import Entry, Seal
from retained.audit.verifications import last_kept, last_verification
from retained.jobs.models import WorkerSign
from retained.jobs.queries import failures_since
from retained.project.checkup.checks import Check, good, note, to_mend
from retained.project.commands import head_recipients
from retained.project.needs import SILENT_AFTER
from retained.shared import clock

OLDEST_POSTGRESQL = 14_00_00
LARGEST_DIFFERENCE_SECONDS = 2
WORKER_SILENT_AFTER = timedelta(minutes=1)
UNSEALED_AFTER = timedelta(minutes=15)

SQLITE_SETTINGS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def database() -> Check:
    """See whether the database answers, in a version that is supported."""
    name = "database"
    try:
        connection.ensure_connection()
    except DatabaseError as reason:
        return to_mend(
            name,
            f"It does not answer: {str(reason).splitlines()[0]}",
            "Start it, or correct RETAINED_DATABASE_URL.",
        )
    if connection.vendor == "postgresql":
        version = _one("SHOW server_version_num")
        if int(str(version)) < OLDEST_POSTGRESQL:
            return to_mend(name, f"PostgreSQL {_one('SHOW server_version')}.", "Take 14 or newer.")
        return good(name, f"PostgreSQL {_one('SHOW server_version')} answers.")
    return good(name, f"SQLite {_one('SELECT sqlite_version()')} answers.")


def tables() -> Check:
    """See whether the tables have the form that this version expects."""
    loader = MigrationExecutor(connection).loader
    missing = set(loader.disk_migrations) - set(loader.applied_migrations)
    if missing:
        return to_mend("tables", f"{len(missing)} steps are missing.", "retained prepare")
    return good("tables", "Up to date.")


def durability() -> Check:
    """See whether what was acknowledged is on the disk, even after a power cut."""
    name = "durability"
    if connection.vendor == "postgresql":
        off = [
            setting for setting in ("fsync", "full_page_writes") if _one(f"SHOW {setting}") != "on"
        ]
        if off:
            return to_mend(name, f"{' and '.join(off)} is off.", "Turn it on in postgresql.conf.")
        return good(name, "Every commit reaches the disk.")
    wrong = [
        f"{setting} is {found}"
        for setting, wanted in SQLITE_SETTINGS.items()
        if (found := _one(f"PRAGMA {setting}")) != wanted
    ]
    if wrong:
        return to_mend(
            name,
            f"{', '.join(wrong)}.",
            "Keep the data folder on a local disk: WAL does not work on network drives.",
        )
    return good(name, "Write-ahead log, every commit reaches the disk.")


def clocks() -> Check:
    """See whether this machine's clock and the database's agree: deadlines hang on them."""
    sql = {
        "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
        "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400.0",
    }[connection.vendor]
    theirs = float(str(_one(sql)))
    seconds = abs(datetime.now(tz=UTC).timestamp() - theirs)
    if seconds > LARGEST_DIFFERENCE_SECONDS:
        return to_mend(
            "clocks",
            f"This machine and the database are {seconds:.0f} s apart.",
            "Let both follow a time server (chrony, systemd-timesyncd).",
        )
    return good("clocks", "This machine and the database agree.")


def worker() -> Check:
    """See whether somebody does the background jobs."""
    seen = WorkerSign.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    if seen is not None and timezone.now() - seen < WORKER_SILENT_AFTER:
        return good("job worker", "Alive.")
    return note(
        "job worker",
        "None was seen in the last minute." if seen else "None was ever seen.",
        "It runs inside `retained serve`; without that, start `retained work`.",
    )


def failed_jobs() -> Check:
    """See whether jobs failed lately."""
    failed = failures_since(timezone.now() - timedelta(days=1))
    if failed:
        return note(
            "failed jobs",
            f"{failed} in the last day.",
            "retained jobs list --state to_mend (or the page Jobs) says why; the log has the rest.",
        )
    return good("failed jobs", "None in the last day.")


def seal() -> Check:
    """See whether the record is sealed to its end."""
    last = Seal.objects.order_by("-number").values_list("entry_id", flat=True).first() or 0
    waiting = Entry.objects.filter(id__gt=last).count()
    oldest = Entry.objects.filter(id__gt=last).order_by("id").values_list("at", flat=True).first()
    if oldest is not None and timezone.now() - oldest > UNSEALED_AFTER:
        return note(
            "record",
            f"{waiting} entries wait for their seal.",
            "The job worker seals them every few minutes: see that it runs.",
        )
    return good("record", "Sealed to its end." if not waiting else f"{waiting} new entries.")


def verified() -> Check:
    """See whether the record was whole when it was last verified."""
    name, last = "verification", last_verification()
    if last is None:
        return note(
            name,
            "The record was never verified.",
            "The job worker does it every night; or now: retained record keep",
        )
    found = f"{in_words(last.at)}: {last.sentence}"
    if not last.whole:
        return to_mend(name, found, "retained record verify, and read docs/guide/record.md")
    return good(name, found)


def kept_head() -> Check:
    """See whether a head of the record lies outside the database, and not of long ago."""
    name, last = "kept head", last_kept()
    now = "retained record keep"
    if last is None:
        return note(name, "None: a record that is cut at its end would look whole.", now)
    found = f"Number {last.number:,} of {in_words(last.at)} is in {last.kept_in}."
    if clock.now() - last.at > SILENT_AFTER:
        return to_mend(name, found, f"The job worker keeps one every night. One more, now: {now}")
    if _same_disk(Path(last.kept_in), Path(settings.DATA_DIR)) and not head_recipients():
        return note(
            name,
            f"{found} That is the disk of the data folder, and nobody is mailed the head.",
            "Set RETAINED_KEPT_HEADS to a file on another disk, or RETAINED_MAIL_HOST.",
        )
    return good(name, found)


def _same_disk(one: Path, other: Path) -> bool:
    """Return whether both lie on one disk; a file that is gone lies on none."""
    try:
        return one.stat().st_dev == other.stat().st_dev
    except OSError:
        return False


QUESTIONS = (tables, durability, clocks, worker, failed_jobs, seal, verified, kept_head)


def _one(sql: str) -> object:
    """Return the single value that a query gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return row[0] if row else None
