"""A workbook recomputed by an engine that is not ours (IronCalc), from its formulas alone."""

import io
import re
from collections.abc import Mapping
from tempfile import NamedTemporaryFile
from zipfile import ZipFile

import ironcalc
import openpyxl
from openpyxl.cell import Cell
from openpyxl.utils.cell import coordinate_to_tuple

Where = tuple[str, str]
_KEPT_VALUE = re.compile(rb"(</f>)<v>[^<]*</v>")


def recomputed(content: bytes, changes: Mapping[Where, float] | None = None) -> dict[Where, float]:
    """Return the value of every formula by sheet and cell, once some cells were changed.

    What the file itself says that its formulas give is spoiled before.
    """
    cells = formulas(content)
    with NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(_spoiled(content))
        file.flush()
        book = ironcalc.load_from_xlsx(file.name, "en", "UTC", "en")
    sheets = [one["name"] for one in book.get_worksheets_properties()]
    for (sheet, cell), value in (changes or {}).items():
        row, column = coordinate_to_tuple(cell)
        book.update_cell_with_number(sheets.index(sheet), row, column, value)
    book.evaluate()
    return {
        where: _number(book.get_cell_value(sheets.index(where[0]), cell.row, cell.column), where)
        for where, cell in cells.items()
    }


def formulas(content: bytes) -> dict[Where, Cell]:
    """Return the cells that hold a formula."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        (sheet.title, cell.coordinate): cell
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def stated(content: bytes) -> dict[Where, float]:
    """Return what the file says that its formulas give: what the engine gave."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {where: book[where[0]][where[1]].value for where in formulas(content)}


def input_cell(content: bytes, name: str) -> Where:
    """Return the cell of an assumption's value, by its name in formulas."""
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Assumptions"]
    row = next(cell.row for cell in sheet["B"] if cell.value == name)
    return "Assumptions", f"C{row}"


def _number(value: object, where: Where) -> float:
    assert isinstance(value, int | float), (where, value)
    return float(value)


def _spoiled(content: bytes) -> bytes:
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as given, ZipFile(out, "w") as bare:
        for part in given.infolist():
            text = given.read(part)
            if part.filename.startswith("xl/worksheets/sheet"):
                text = _KEPT_VALUE.sub(rb"\1<v>-1</v>", text)
            bare.writestr(part.filename, text)
    return out.getvalue()
