"""Reading and writing an agreement as YAML, with remarks that name line and field.

In   the text of a file
Out  the agreement, or every remark about it at once; the text again
Why  docs/reference/agreement.md
"""

from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import ValidationError

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.placed import placed_errors
from retained.shared import yaml_lines
from retained.shared.errors import DomainError
from retained.shared.remarks import Place, Remark, Severity


class AgreementRefusedError(DomainError):
    """The text is not an agreement; `remarks` say all that is wrong with it."""

    def __init__(self, remarks: list[Remark]) -> None:
        super().__init__("The agreement cannot be read:\n" + "\n".join(map(str, remarks)))
        self.remarks = remarks


def read_agreement(text: str, *, name: str = "agreement.yaml") -> AgreementTerms:
    """Return the agreement that a YAML text writes.

    Raises AgreementRefusedError with every remark, each with its line and field.
    """
    try:
        document, lines = yaml_lines.load(text, name=name)
    except yaml_lines.YamlError as error:
        raise AgreementRefusedError([error.remark]) from error
    return agreement_of(document, lines=lines, name=name)


def agreement_of(
    document: Any, *, lines: dict[yaml_lines.Path, int] | None = None, name: str = ""
) -> AgreementTerms:
    """Return the agreement that a document of plain values holds; raises as `read_agreement`."""
    if not isinstance(document, dict):
        sentence = "This holds no agreement: begin with “schema: retained/agreement/1”."
        raise AgreementRefusedError(
            [Remark(Severity.ERROR, "agreement", sentence, Place(file=name))]
        )
    try:
        return AgreementTerms.model_validate(document)
    except ValidationError as error:
        raise AgreementRefusedError(
            [remark for item in error.errors() for remark in _remarks(item, lines or {}, name)]
        ) from error


def write_agreement(agreement: AgreementTerms) -> str:
    """Return the agreement as YAML; reading it gives an equal agreement."""
    return yaml.safe_dump(agreement.as_document(), sort_keys=False, allow_unicode=True, width=100)


def _remarks(item: Any, lines: dict[yaml_lines.Path, int], name: str) -> Iterator[Remark]:
    """Yield the remarks of one refusal: it may carry several, each with its own field."""
    loc = tuple(part for part in item["loc"] if part != "[key]")
    placed = placed_errors(item.get("ctx", {}).get("error"))
    for error in placed:
        yield _remark(_as_sentence(error.sentence), lines, name, (*loc, *error.path))
    if not placed:
        yield _remark(_sentence(item, ".".join(map(str, loc))), lines, name, loc)


def _remark(
    sentence: str, lines: dict[yaml_lines.Path, int], name: str, path: yaml_lines.Path
) -> Remark:
    field = ".".join(str(part) for part in path) or "the agreement"
    place = Place(file=name, row=yaml_lines.line_of(lines, path), column=field)
    return Remark(Severity.ERROR, "agreement", sentence, place)


def _as_sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def _sentence(item: Any, field: str) -> str:
    reason = _as_sentence(str(item["msg"]).removeprefix("Value error, "))
    context = item.get("ctx", {})
    sentences = {
        "missing": f"{field} is missing.",
        "extra_forbidden": (
            f"{field} is not a field of an agreement: check its spelling or its indent."
        ),
        "string_too_short": f"{field} is empty.",
        "enum": f"“{item['input']}” is not known here: use {context.get('expected', '')}.",
        "date_parsing": f"“{item['input']}” is not a day: write it like 2026-01-31.",
        "string_pattern_mismatch": (
            f"“{item['input']}” does not have the form that is asked for "
            f"({context.get('pattern', '')})."
        ),
    }
    return sentences.get(_SAME_WORDS.get(item["type"], item["type"]), reason)


_SAME_WORDS = {"literal_error": "enum", "date_from_datetime_parsing": "date_parsing"}
