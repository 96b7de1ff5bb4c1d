"""Questions about the machine: data folder, disk, secret, time zones, static files."""

import os
import shutil
import stat
import tempfile
import zoneinfo
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

from retained.project.checkup.checks import Check, good, note, to_mend
from retained.project.static_files import StaticFiles

LEAST_FREE_BYTES = 2_000_000_000


def data_folder() -> Check:
    """See whether the data folder can be written."""
    name, folder = "data folder", Path(settings.DATA_DIR)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as reason:
        return to_mend(
            name,
            f"{folder} cannot be written ({reason.strerror}).",
            "Make it, give it to the user that runs Retained, or name another: RETAINED_DATA_DIR.",
        )
    return good(name, f"{folder} can be written.")


def free_disk() -> Check:
    """See whether there is room for uploads and their Parquet copies."""
    name = "free disk"
    folder = Path(settings.DATA_DIR)
    if not folder.exists():
        return to_mend(name, f"{folder} is not there.", "Start once with: retained prepare")
    free_bytes = shutil.disk_usage(folder).free
    found = f"{free_bytes / 1e9:.1f} GB free."
    if free_bytes < LEAST_FREE_BYTES:
        return to_mend(name, found, "Free some, or move RETAINED_DATA_DIR to a larger disk.")
    return good(name, found)


def secret_key() -> Check:
    """See whether the secret is long enough, and readable by its owner alone."""
    name, path = "secret key", Path(settings.DATA_DIR) / "secret_key"
    if len(settings.SECRET_KEY) < 50:
        return to_mend(
            name,
            "It is shorter than 50 characters.",
            "Set RETAINED_SECRET_KEY to a longer random text; everybody signs in anew.",
        )
    given = bool(os.environ.get("RETAINED_SECRET_KEY"))
    if not given and os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return to_mend(name, f"{path} can be read by other users.", f"chmod 600 {path}")
    return good(name, "From RETAINED_SECRET_KEY." if given else "Only its owner can read it.")


def time_zones() -> Check:
    """See whether the rules of time zones are there."""
    name = "time zones"
    try:
        zoneinfo.ZoneInfo("Europe/Amsterdam")
    except zoneinfo.ZoneInfoNotFoundError:
        return to_mend(name, "The rules are missing.", "Install the package tzdata.")
    return good(name, "The rules of time zones are there.")


def static_files() -> Check:
    """See whether style sheets and scripts are collected."""
    name = "static files"
    if not isinstance(staticfiles_storage, StaticFiles):
        return note(
            name, "Served as they lie.", "For real use, start without RETAINED_PLAIN_STATIC."
        )
    if not Path(settings.STATIC_ROOT, ".collected").exists():
        return to_mend(name, "They are not collected.", "retained prepare")
    return good(name, "Collected.")


QUESTIONS = (data_folder, free_disk, secret_key, time_zones, static_files)
