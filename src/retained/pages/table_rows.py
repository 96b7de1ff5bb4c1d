"""The rows of a table as HTML.

They are written by Python: a page of 50 rows has 400 cells, and taking each through a template
costs more than all else that the page does. What is the same for all cells of a column is worked
out once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from retained.pages import cells

if TYPE_CHECKING:
    from retained.pages.tables import Column


def rows_html(
    columns: Sequence[Column], rows: Sequence[Any], css_class: Callable[[Any], str] | None
) -> SafeString:
    """Return the `tr` elements of some rows; the first cell of each is its heading."""
    if not rows:
        return SafeString("")
    writers = [_writer(column, rows[0], is_heading=not n) for n, column in enumerate(columns)]
    written = []
    for row in rows:
        name = css_class(row) if css_class else ""
        written.append(format_html('<tr class="{}">', name) if name else "<tr>")
        written += [write(row) for write in writers]
        written.append("</tr>\n")
    return mark_safe("".join(written))  # noqa: S308 - each part is escaped where it is made


def value_rows_html(header: Sequence[str], rows: Sequence[Sequence[str]]) -> SafeString:
    """Return the `tr` elements of the values behind a picture; each begins with its heading."""
    opening = [f'<td class="rt-end" data-label="{conditional_escape(title)}">' for title in header]
    written = []
    for first, *values in rows:
        written.append(f'<tr><th scope="row">{conditional_escape(first)}</th>')
        written += [
            f"{cell}{conditional_escape(value)}</td>"
            for cell, value in zip(opening[1:], values, strict=True)
        ]
        written.append("</tr>")
    return mark_safe("".join(written))  # noqa: S308 - each part is escaped above


def _writer(column: Column, row: Any, *, is_heading: bool) -> Callable[[Any], str]:
    """Return what writes the cells of a column: value, where it leads, its quieter line."""
    opening, closing = _frame(column, is_heading=is_heading)
    read, show = column.reader_of(row), cells.KINDS[column.kind]
    link, note = column.link, column.note

    def write(row: Any) -> str:
        value = read(row)
        content: str = cells.NOTHING if value is None or value == "" else show(value)
        if link is not None and (url := link(row)):
            content = f'<a href="{conditional_escape(url)}">{content}</a>'
        if note is not None and (words := note(row)):
            content = f"{content}<small>{conditional_escape(words)}</small>"
        return f"{opening}{content}{closing}"

    return write


def _frame(column: Column, *, is_heading: bool) -> tuple[str, str]:
    """Return what stands around every cell of a column; the label is shown on a phone."""
    tag, scope = ("th", ' scope="row"') if is_heading else ("td", "")
    side = ' class="rt-end"' if column.is_figure else ""
    label = conditional_escape(column.label)
    return f'<{tag}{scope} data-label="{label}"{side}><span class="rt-cell">', f"</span></{tag}>"
