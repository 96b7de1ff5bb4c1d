"""Clearing the file folder of what no row knows: leftovers of killed uploads and undone ones."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from retained.files.models import StoredFile
from retained.files.storing import INCOMING

# No upload and no transaction lasts as long: what is younger may still be on its way.
_LEFT_AFTER = timedelta(hours=24)


def clear_orphans(at: datetime) -> list[Path]:
    """Remove files older than a day that belong to no stored file; return them.

    `at` is real time: the age of a file is told by the disk's clock.
    """
    root = Path(settings.MEDIA_ROOT)
    left_before = (at - _LEFT_AFTER).timestamp()
    old = [path for path in sorted(_files_in(root)) if path.stat().st_mtime < left_before]
    known = _known_keys([path.name for path in old if path.parent.name != INCOMING])
    orphans = [path for path in old if path.parent.name == INCOMING or path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return orphans


def _files_in(root: Path) -> list[Path]:
    """Return the files at the depth where uploads lie: other folders here are not ours."""
    return [path for pattern in (f"{INCOMING}/*", "*/??/*") for path in root.glob(pattern)]


def _known_keys(names: list[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(names), 500):
        some = StoredFile.objects.filter(key__in=names[start : start + 500])
        known.update(some.values_list("key", flat=True))
    return known
