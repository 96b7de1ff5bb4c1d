"""What a model refuses in a file that people write, as remarks with line and field.

In   the refusals of pydantic, and the line of each path
Out  one sentence for each, that says what would be right
Why  docs/reference/agreement.md
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from retained.shared import yaml_lines
from retained.shared.placed import placed_errors
from retained.shared.remarks import Place, Remark, Severity


@dataclass(frozen=True, slots=True)
class Written:
    """A file that people write: its name, what it should hold, and the lines of its paths."""

    kind: str  # as in "the agreement"
    name: str = ""
    lines: dict[yaml_lines.Path, int] | None = None


def refusals(error: ValidationError, written: Written) -> list[Remark]:
    """Return everything that a model refuses, each remark with its line and field."""
    return [remark for item in error.errors() for remark in _remarks(item, written)]


def _remarks(item: Any, written: Written) -> Iterator[Remark]:
    """Yield the remarks of one refusal: it may carry several, each with its own field."""
    loc = tuple(part for part in item["loc"] if part != "[key]")
    placed = placed_errors(item.get("ctx", {}).get("error"))
    for error in placed:
        yield _remark(_as_sentence(error.sentence), written, (*loc, *error.path))
    if not placed:
        yield _remark(_sentence(item, written.kind), written, loc)


def _remark(sentence: str, written: Written, path: yaml_lines.Path) -> Remark:
    field = ".".join(str(part) for part in path) or f"the {written.kind}"
    row = yaml_lines.line_of(written.lines or {}, path)
    place = Place(file=written.name, row=row, column=field)
    return Remark(Severity.ERROR, written.kind, sentence, place)


def _as_sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def _sentence(item: Any, kind: str) -> str:
    field = ".".join(str(part) for part in item["loc"] if part != "[key]")
    article = "an" if kind[0] in "aeiou" else "a"
    reason = _as_sentence(str(item["msg"]).removeprefix("Value error, "))
    context = item.get("ctx", {})
    sentences = {
        "missing": f"{field} is missing.",
        "extra_forbidden": (
            f"{field} is not a field of {article} {kind}: check its spelling or its indent."
        ),
        "string_too_short": f"{field} is empty.",
        "enum": f"“{item['input']}” is not known here: use {context.get('expected', '')}.",
        "date_parsing": f"“{item['input']}” is not a day: write it like 2026-01-31.",
        "greater_than_equal": f"“{item['input']}” is too little: {context.get('ge')} or more.",
        "less_than_equal": f"“{item['input']}” is too much: {context.get('le')} at most.",
        "string_pattern_mismatch": (
            f"“{item['input']}” does not have the form that is asked for "
            f"({context.get('pattern', '')})."
        ),
    }
    return sentences.get(_SAME_WORDS.get(item["type"], item["type"]), reason)


_SAME_WORDS = {"literal_error": "enum", "date_from_datetime_parsing": "date_parsing"}
