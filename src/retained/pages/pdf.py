"""PDFs: tagged for screen readers (PDF/UA-1), from a Typst template and texts.

A stage keeps its templates in its own `templates/<stage>/` with the ending .typ, and imports the
frame from `/pages/typst/retained.typ`. Values travel as JSON, so nothing in them can run; they are
texts, since a number would lose its trailing zeros on the way.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.http import HttpResponse

from retained.pages.exports import file_name
from retained.pages.vendored import VENDOR_FOLDER

ROOT = Path(__file__).resolve().parents[1]


def pdf_bytes(template: str, values: Mapping[str, Any], *, at: datetime) -> bytes:
    """Return the PDF of `template` (a path below src/retained) filled with `values`.

    The same values at the same moment give the same bytes. Raises TypeError where a value is
    neither a text nor made of texts.
    """
    _must_be_texts(values, "values")
    made = typst.compile(
        ROOT / template,
        root=ROOT,
        font_paths=_fonts(),
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=at,
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no PDF.")
    return made


def pdf_response(name: str, content: bytes) -> HttpResponse:
    """Return a PDF as a download called `name`.pdf."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(name)}.pdf"'
    return response


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Return our own fonts only: the same page on every machine."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[VENDOR_FOLDER / "fonts"],
    )


def _must_be_texts(value: object, where: str) -> None:
    """Raise TypeError at the first value that is neither a text, a truth nor made of them."""
    if isinstance(value, str | bool):
        return
    if isinstance(value, Mapping):
        for key, part in value.items():
            _must_be_texts(part, f"{where}.{key}")
    elif isinstance(value, Sequence):
        for index, part in enumerate(value):
            _must_be_texts(part, f"{where}[{index}]")
    else:
        raise TypeError(f"{where} is {type(value).__name__}: write it as text for a PDF.")
