"""The remarks of a batch as rows of a table, read page by page from the file that holds them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from retained.evidence import batch_files
from retained.evidence.models import Batch
from retained.evidence.queries.batches import RemarkRow
from retained.files.parquet import duck
from retained.pages.tables import Page, Sort

# What a reader may sort by, each as an expression that is never null.
_SORTS = {
    "row": 'coalesce("row", 0)',
    "column": "coalesce(\"column\", '')",
    "severity": "severity",
    "code": "code",
}
_COLUMNS = 'severity, code, "row", coalesce("column", \'\'), sentence, file_row_number'


class RemarkSource:
    """The rows of a table, narrowed to what the reader chose.

    A page is found by the last remark seen: its sort value and its place in the file.
    """

    def __init__(self, batch: Batch, chosen: Mapping[str, str]) -> None:
        self._path = str(batch.path / batch_files.REMARKS)
        self._where, self._values = "true", []
        if chosen.get("code"):
            self._where, self._values = "code = ?", [chosen["code"]]

    def count(self) -> int:
        """Return how many remarks there are."""
        return int(self._asked("SELECT count(*)", self._where, [])[0][0])

    def page(self, sort: Sort, *, cursor: str, size: int) -> Page:
        """Return the remarks after (or before) the one that `cursor` names."""
        place = _place(cursor)
        backwards = place is not None and place[2]
        falling = sort.falling != backwards
        where, values = self._where, []
        if place is not None:
            compare = "<" if falling else ">"
            where += f" AND ({_SORTS[sort.field]}, file_row_number) {compare} (?, ?)"
            values = list(place[:2])
        rows = self._ordered(sort, falling, where, values, f" LIMIT {size + 1}")
        has_more, shown = len(rows) > size, rows[:size]
        if backwards:
            shown.reverse()
        return _page(shown, sort, has_more=has_more, place=place)

    def everything(self, sort: Sort) -> list[RemarkRow]:
        """Return all remarks in order, for an export."""
        return [_remark(row) for row in self._ordered(sort, sort.falling, self._where, [], "")]

    def _ordered(
        self, sort: Sort, falling: bool, where: str, values: list[object], limit: str
    ) -> list[tuple[Any, ...]]:
        order = "DESC" if falling else "ASC"
        end = f" ORDER BY {_SORTS[sort.field]} {order}, file_row_number {order}{limit}"
        return self._asked(f"SELECT {_COLUMNS}", where + end, values)

    def _asked(self, select: str, where: str, values: list[object]) -> list[tuple[Any, ...]]:
        sql = f"{select} FROM read_parquet(?, file_row_number = true) WHERE {where}"
        with duck(Path(settings.EVIDENCE_ROOT)) as connection:
            found: list[tuple[Any, ...]] = connection.execute(
                sql, [self._path, *self._values, *values]
            ).fetchall()
            return found


def _remark(row: Sequence[Any]) -> RemarkRow:
    return RemarkRow(*row[:5])


def _page(
    rows: list[tuple[Any, ...]], sort: Sort, *, has_more: bool, place: tuple[Any, int, bool] | None
) -> Page:
    if not rows:
        return Page([])
    backwards = place is not None and place[2]
    has_before = has_more if backwards else place is not None
    has_after = True if backwards else has_more
    return Page(
        [_remark(row) for row in rows],
        before=_cursor(rows[0], sort, backwards=True) if has_before else "",
        after=_cursor(rows[-1], sort, backwards=False) if has_after else "",
    )


def _cursor(row: Sequence[Any], sort: Sort, *, backwards: bool) -> str:
    remark = _remark(row)
    value = getattr(remark, sort.field)
    return json.dumps([value or 0 if sort.field == "row" else value, row[5], backwards])


def _place(cursor: str) -> tuple[Any, int, bool] | None:
    """Return the place that a cursor holds; a broken one is the beginning."""
    try:
        value, row, backwards = json.loads(cursor)
    except (ValueError, TypeError):
        return None
    if not isinstance(value, str | int) or not isinstance(row, int):
        return None
    return value, row, bool(backwards)
