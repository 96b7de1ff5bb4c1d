"""Tables: columns, sorting, filters, paging, export, and the fragment that htmx swaps.

A view describes its table once and answers with `respond`: the whole page, only the table when
htmx asks for it, or a CSV or XLSX of all rows. Rows come from a source (`pages/sources.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any, Protocol
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString

from retained.pages import cells, exports
from retained.pages.request import wanted_fragment
from retained.pages.table_rows import rows_html
from retained.shared.errors import NotThereError

PAGE_SIZE = 50
FIGURES = frozenset({"number", "decimal", "percent", "money", "duration", "share"})


@dataclass(frozen=True, slots=True)
class Sort:
    """What rows are ordered by: a column's sort field, rising or falling."""

    field: str
    falling: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in order, and the cursors that lead to the rows before and after them."""

    rows: Sequence[Any]
    before: str = ""
    after: str = ""


class Source(Protocol):
    """Where rows come from: pages for reading, all of them for an export."""

    def count(self) -> int:
        """Return how many rows there are."""

    def page(self, sort: Sort, *, cursor: str, size: int) -> Page:
        """Return the `size` rows that `cursor` leads to; a blank cursor is the beginning."""

    def everything(self, sort: Sort) -> Any:
        """Return an iterable of all rows in order."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `kind` says how values look (see `pages/cells.py`) and on which side they stand.

    `value` is an attribute or key of the row, or a function of it; blank means the key itself.
    `sort` is the field by which the source orders; blank means that nobody sorts by it.
    `link` gives the address that the cell leads to, `note` a second, quieter line.
    """

    key: str
    label: str
    kind: str = "text"
    value: str | Callable[[Any], Any] = ""
    sort: str = ""
    link: Callable[[Any], str] | None = None
    note: Callable[[Any], Any] | None = None
    hint: str = ""

    @property
    def is_figure(self) -> bool:
        """Whether the values are figures, which stand to the right."""
        return self.kind in FIGURES

    def of(self, row: Any) -> Any:
        """Return the value of `row` in this column."""
        return self.reader_of(row)(row)

    def reader_of(self, row: Any) -> Callable[[Any], Any]:
        """Return what reads this column's values from rows like `row`: objects or mappings."""
        if callable(self.value):
            return self.value
        name = self.value or self.key
        return itemgetter(name) if isinstance(row, Mapping) else attrgetter(name)


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow the rows: a choice where there are choices, else words to look for."""

    key: str
    label: str
    choices: Sequence[tuple[str, str]] = ()
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as its view describes it. `source` gets what the reader chose, by filter key."""

    key: str
    caption: str
    columns: Sequence[Column]
    source: Callable[[Mapping[str, str]], Source]
    sort: Sort
    filters: Sequence[Filter] = ()
    page_size: int = PAGE_SIZE
    empty_title: str = "Nothing here yet"
    empty_text: str = ""
    empty_url: str = ""
    empty_label: str = ""
    file_name: str = ""
    row_class: Callable[[Any], str] | None = None
    is_alone: bool = True

    @property
    def sort_key(self) -> str:
        """How the page's address names the order."""
        return "sort" if self.is_alone else f"{self.key}-sort"

    @property
    def page_key(self) -> str:
        """How the page's address names the rows to begin with."""
        return "page" if self.is_alone else f"{self.key}-page"


def respond(
    request: HttpRequest, table: Table, template: str, context: Mapping[str, Any]
) -> HttpResponseBase:
    """Return the page `template` with the table in it as `table`, its fragment, or its export.

    Raises NotThereError where an export of a table is asked for that the page does not have.
    """
    shown = view(table, request.GET, path=request.path)
    return _part(request, [shown], context) or render(
        request, template, {**context, "table": shown}
    )


def respond_with(
    request: HttpRequest, several: Sequence[Table], template: str, context: Mapping[str, Any]
) -> HttpResponseBase:
    """Return the same for a page of several tables: the template finds each in `tables` by its key.

    Each is described with `is_alone=False`, so that it leaves the rest of the address as it is.
    """
    shown = {table.key: view(table, request.GET, path=request.path) for table in several}
    return _part(request, list(shown.values()), context) or render(
        request, template, {**context, "tables": shown}
    )


def _part(
    request: HttpRequest, several: Sequence[TableView], context: Mapping[str, Any]
) -> HttpResponseBase | None:
    """Return the export or the fragment that is asked for; nothing where it is the page."""
    if "format" in request.GET:
        wanted = request.GET.get("table", several[0].table.key)
        for shown in several:
            if shown.table.key == wanted:
                return export(shown, request.GET["format"])
        raise NotThereError("This table")
    for shown in several:
        if wanted_fragment(request) == shown.element_id:
            return render(request, "pages/table_rows.html", {**context, "table": shown})
    return None


def view(table: Table, asked: QueryDict | Mapping[str, str], *, path: str) -> TableView:
    """Return `table` as its reader asked for it; what is asked wrongly falls back to the usual."""
    chosen = {}
    for one in table.filters:
        value = asked.get(one.key, one.default).strip()
        allowed = {choice for choice, _ in one.choices}
        chosen[one.key] = value if not allowed or value in allowed else one.default
    return TableView(
        table=table,
        chosen=chosen,
        sort=_asked_sort(table, asked.get(table.sort_key, "")),
        cursor=asked.get(table.page_key, ""),
        path=path,
        kept=_kept(table, asked),
    )


def _kept(table: Table, asked: QueryDict | Mapping[str, str]) -> dict[str, str]:
    """Return what else stands in the address of a page whose table is not alone."""
    if table.is_alone:
        return {}
    own = {table.sort_key, table.page_key, "format", "table", *(one.key for one in table.filters)}
    return {key: str(asked[key]) for key in asked if key not in own}


def export(shown: TableView, wanted: str) -> HttpResponseBase:
    """Return every row of the table as the reader filtered and ordered it."""
    table = shown.table
    name = table.file_name or table.key
    header = [column.label for column in table.columns]
    everything = shown.source.everything(shown.sort)
    rows = ([cells.exported(column.of(row)) for column in table.columns] for row in everything)
    if wanted == "xlsx":
        return exports.xlsx_response(name, [(table.caption, header, rows)])
    if wanted == "csv":
        return exports.csv_response(name, header, rows)
    return HttpResponse("Ask for csv or xlsx.", status=422, content_type="text/plain")


def _asked_sort(table: Table, asked: str) -> Sort:
    """Return the order that `asked` (a sort field, a dash in front for falling) names."""
    name = asked.removeprefix("-")
    if name and name in {column.sort for column in table.columns}:
        return Sort(name, falling=asked.startswith("-"))
    return table.sort


@dataclass(frozen=True, slots=True)
class Header:
    """A column's heading: where a click on it leads, and how it is ordered now."""

    column: Column
    url: str
    direction: str


@dataclass(slots=True)
class TableView:
    """A table as one reader sees it: what the templates read."""

    table: Table
    chosen: Mapping[str, str]
    sort: Sort
    cursor: str
    path: str
    kept: Mapping[str, str] = field(default_factory=dict)
    _source: Source | None = field(default=None, init=False)
    _page: Page | None = field(default=None, init=False)
    _count: int | None = field(default=None, init=False)

    @property
    def source(self) -> Source:
        """The rows that the reader's filters leave."""
        if self._source is None:
            self._source = self.table.source(self.chosen)
        return self._source

    @property
    def page(self) -> Page:
        """The rows of this page."""
        if self._page is None:
            size = self.table.page_size
            self._page = self.source.page(self.sort, cursor=self.cursor, size=size)
        return self._page

    @property
    def count(self) -> int:
        """How many rows the filters leave, counted once."""
        if self._count is None:
            self._count = self.source.count()
        return self._count

    @property
    def element_id(self) -> str:
        """The id of the element that htmx swaps."""
        return f"table-{self.table.key}"

    @property
    def is_filtered(self) -> bool:
        """Whether the reader narrowed the rows."""
        return any(self.chosen[one.key] != one.default for one in self.table.filters)

    @property
    def sort_value(self) -> str:
        """The order as the address writes it."""
        return f"-{self.sort.field}" if self.sort.falling else self.sort.field

    @property
    def headers(self) -> list[Header]:
        """The headings."""
        return [self._header(column) for column in self.table.columns]

    @property
    def rows(self) -> SafeString:
        """The rows of this page, as HTML."""
        return rows_html(self.table.columns, self.page.rows, self.table.row_class)

    @property
    def filters(self) -> list[tuple[Filter, str]]:
        """Each filter with what the reader chose."""
        return [(one, self.chosen[one.key]) for one in self.table.filters]

    @property
    def kept_items(self) -> list[tuple[str, str]]:
        """What else stands in the address, and stays there."""
        return list(self.kept.items())

    @property
    def all_url(self) -> str:
        """Where the rows are as nobody narrowed them."""
        return f"{self.path}?{urlencode(self.kept)}" if self.kept else self.path

    @property
    def before_url(self) -> str:
        """Where the rows before these are, or nothing."""
        return self._url({self.table.page_key: self.page.before}) if self.page.before else ""

    @property
    def after_url(self) -> str:
        """Where the rows after these are, or nothing."""
        return self._url({self.table.page_key: self.page.after}) if self.page.after else ""

    @property
    def first_url(self) -> str:
        """Where the first rows are."""
        return self._url()

    @property
    def csv_url(self) -> str:
        """Where all rows are as CSV."""
        return self._url({"format": "csv", "table": self.table.key})

    @property
    def xlsx_url(self) -> str:
        """Where all rows are as a workbook."""
        return self._url({"format": "xlsx", "table": self.table.key})

    def _url(self, more: Mapping[str, str] | None = None) -> str:
        """Return the table's address as filtered and ordered now, with `more` in it."""
        asked = {**self.kept, **{key: value for key, value in self.chosen.items() if value}}
        if self.sort != self.table.sort:
            asked[self.table.sort_key] = self.sort_value
        query = urlencode({**asked, **(more or {})})
        return f"{self.path}?{query}" if query else self.path

    def _header(self, column: Column) -> Header:
        """Return the heading of `column`: a click orders by it, a second one turns the order."""
        if not column.sort:
            return Header(column, "", "")
        is_sorted = self.sort.field == column.sort
        falling = is_sorted and not self.sort.falling
        direction = ("descending" if self.sort.falling else "ascending") if is_sorted else "none"
        asked = f"-{column.sort}" if falling else column.sort
        return Header(column, self._url({self.table.sort_key: asked}), direction)
