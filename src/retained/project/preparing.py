"""Everything between an empty data folder and the first page.

Database laid or brought up to date, static files collected, demonstration in place. Each step can
be cut off at any point: the next start does it again.
"""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from retained.project.command_line.registry import COMMANDS
from retained.project.static_files import StaticFiles
from retained.shared import clock
from retained.shared.errors import DomainError

Say = Callable[[str], None]

ADVISORY_LOCK = 7_238_246  # any number: the same for all processes of one PostgreSQL


def prepare(*, demonstration: bool, say: Say) -> None:
    """Bring the installation up to date; a new one gets the demonstration if wanted."""
    _make_folders()
    with _one_at_a_time():
        _clear_half_a_story(say)
        if lay_database(say) and demonstration and _brings("demonstration"):
            settings.DEMONSTRATION_MARK.write_text("begun", encoding="utf-8")
            settings.DEMONSTRATION = True
        _bring_demonstration(say)
        _derive_what_is_missing(say)
    collect_static(say)


def _derive_what_is_missing(say: Say) -> None:
    """Work out what a newer version keeps beside the records, and an older one did not."""
    from retained.delivery.commands.standings import keep_missing_standings  # noqa: PLC0415 - tables are laid by now

    if found := keep_missing_standings():
        say(f"Working out where {found} agreements stand.")


def _make_folders() -> None:
    """Make the data folder, or say why it cannot be."""
    try:
        for folder in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.EVIDENCE_ROOT):
            Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise DomainError(
            f"The data folder {settings.DATA_DIR} cannot be written ({reason.strerror}). "
            "Name another with --data-dir or RETAINED_DATA_DIR, or change its owner."
        ) from reason


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one process at a time migrate a PostgreSQL database (SQLite locks by itself)."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def lay_database(say: Say) -> bool:
    """Apply what is missing; return whether the database was empty before."""
    loader = MigrationExecutor(connection).loader
    applied, known = set(loader.applied_migrations), set(loader.disk_migrations)
    if newer := {name for name in applied - known if name[0] in {app for app, _ in known}}:
        raise DomainError(
            f"The records were written by a newer Retained (it knows {max(newer)[1]}). "
            "Start that version, or restore a backup made before it."
        )
    missing = len(known - applied)
    if missing:
        say(f"Preparing the database: {missing} steps.")
        call_command("migrate", verbosity=0, interactive=False)
        if "db" in settings.CACHES["default"]["BACKEND"]:
            call_command("createcachetable", verbosity=0)
    return not applied


def _brings(name: str) -> bool:
    """Return whether this version has the command `name`."""
    return any(listed.name == name for listed in COMMANDS)


def _clear_half_a_story(say: Say) -> None:
    """Remove a demonstration that was interrupted while it was brought: it begins anew.

    Nobody has been let in before it was complete, so nothing of anybody's is lost.
    """
    mark = settings.DEMONSTRATION_MARK
    if not mark.exists() or mark.read_text(encoding="utf-8") != "begun":
        return
    if connection.vendor != "sqlite":
        raise DomainError(
            "The demonstration was interrupted while it was brought. Name an empty database in "
            f"RETAINED_DATABASE_URL, remove {mark}, and start again."
        )
    say("The demonstration was interrupted: it is brought anew.")
    connection.close()
    database = Path(settings.DATABASES["default"]["NAME"])
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()
    for folder in (settings.MEDIA_ROOT, settings.EVIDENCE_ROOT, settings.DATA_DIR / "derived"):
        shutil.rmtree(folder, ignore_errors=True)
    mark.unlink()
    _make_folders()


def _bring_demonstration(say: Say) -> None:
    """Load the demonstration if its mark says that it was begun and not completed."""
    mark = settings.DEMONSTRATION_MARK
    if not mark.exists() or mark.read_text(encoding="utf-8") != "begun":
        return
    from retained.project.command_line.program import program  # noqa: PLC0415 - it imports this

    say("Bringing the demonstration: Lindenhof Bank and its providers.")
    with click.Context(program) as context:
        command = program.get_command(context, "demonstration")
        if command is not None:
            command.main(args=[], standalone_mode=False)
    mark.write_text("complete", encoding="utf-8")


def collect_static(say: Say) -> None:
    """Collect, compress and name static files by content, if any changed since the last time."""
    if not isinstance(staticfiles_storage, StaticFiles):  # plain ones are served as they lie
        return
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = _static_state()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == state:
        return
    say("Collecting the static files.")
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state, encoding="utf-8")


def _static_state() -> str:
    """Return a hash over names, sizes and times of all static files."""
    found = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            found.append([name, stat.st_size, stat.st_mtime_ns])
    return hashlib.sha256(json.dumps(sorted(found)).encode()).hexdigest()


def welcome_link() -> str | None:
    """Return a new one-time link for the first administrator; none once there is one."""
    from retained.directory.commands import invitations  # noqa: PLC0415 - tables are laid by now

    try:
        return invitations.first_administrator_link(at=clock.now()).url
    except DomainError:  # there is an administrator
        return None
