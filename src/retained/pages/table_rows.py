"""The rows of a table as HTML.

They are written by Python: a page of 50 rows has 400 cells, and taking each through a template
costs more than all else that the page does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from retained.pages import cells

if TYPE_CHECKING:
    from retained.pages.tables import Column


def rows_html(
    columns: Sequence[Column], rows: Iterable[Any], css_class: Callable[[Any], str] | None
) -> SafeString:
    """Return the `tr` elements of some rows; the first cell of each is its heading."""
    frames = [_frame(column, is_heading=not place) for place, column in enumerate(columns)]
    written = []
    for row in rows:
        name = css_class(row) if css_class else ""
        written.append(format_html('<tr class="{}">', name) if name else "<tr>")
        for column, (opening, closing) in zip(columns, frames, strict=True):
            written += opening, _content(column, row), closing
        written.append("</tr>\n")
    return mark_safe("".join(written))  # noqa: S308 - each part is escaped where it is made


def _frame(column: Column, *, is_heading: bool) -> tuple[str, str]:
    """Return what stands around every cell of a column; the label is shown on a phone."""
    tag, scope = ("th", ' scope="row"') if is_heading else ("td", "")
    side = ' class="rt-end"' if column.is_figure else ""
    label = conditional_escape(column.label)
    return f'<{tag}{scope} data-label="{label}"{side}><span class="rt-cell">', f"</span></{tag}>"


def _content(column: Column, row: Any) -> str:
    """Return what stands in the cell of `row`: its value, where it leads, its quieter line."""
    content: str = cells.shown(column.kind, column.of(row))
    if url := column.link(row) if column.link else "":
        content = f'<a href="{conditional_escape(url)}">{content}</a>'
    if note := column.note(row) if column.note else "":
        content += f"<small>{conditional_escape(note)}</small>"
    return content
