"""Reading and writing an IT function as YAML, and its JSON Schema.

In   the text of a file
Out  the function, or every remark about it at once; the text again
Why  docs/reference/function.md
"""

import json
from typing import Any

import yaml
from pydantic import ValidationError

from retained.shared import yaml_lines
from retained.shared.errors import DomainError
from retained.shared.remarks import Place, Remark, Severity
from retained.shared.written import Written, refusals
from retained.strategy.engine.function_terms import SCHEMA, FunctionTerms

KIND = "function"


class FunctionRefusedError(DomainError):
    """The text is not a function; `remarks` say all that is wrong with it."""

    def __init__(self, remarks: list[Remark]) -> None:
        super().__init__("The function cannot be read:\n" + "\n".join(map(str, remarks)))
        self.remarks = remarks


def read_function(text: str, *, name: str = "function.yaml") -> FunctionTerms:
    """Return the function that a YAML text writes.

    Raises FunctionRefusedError with every remark, each with its line and field.
    """
    try:
        document, lines = yaml_lines.load(text, name=name)
    except yaml_lines.YamlError as error:
        raise FunctionRefusedError([error.remark]) from error
    return function_of(document, lines=lines, name=name)


def function_of(
    document: Any, *, lines: dict[yaml_lines.Path, int] | None = None, name: str = ""
) -> FunctionTerms:
    """Return the function that a document of plain values holds; raises as `read_function`."""
    if not isinstance(document, dict):
        sentence = f"This holds no function: begin with “schema: {SCHEMA}”."
        raise FunctionRefusedError([Remark(Severity.ERROR, KIND, sentence, Place(file=name))])
    try:
        return FunctionTerms.model_validate(document)
    except ValidationError as error:
        raise FunctionRefusedError(refusals(error, Written(KIND, name, lines))) from error


def with_fields(terms: FunctionTerms, **fields: Any) -> FunctionTerms:
    """Return a function with some fields of its document changed; raises as `read_function`.

    A field that is None is left out: it falls back to its default.
    """
    document = {**terms.as_document(), **fields}
    return function_of({name: value for name, value in document.items() if value is not None})


def write_function(terms: FunctionTerms) -> str:
    """Return the function as YAML; reading it gives an equal function."""
    return yaml.safe_dump(terms.as_document(), sort_keys=False, allow_unicode=True, width=100)


def function_schema() -> str:
    """Return the JSON Schema (2020-12) of a function, as its file holds it."""
    schema: dict[str, Any] = FunctionTerms.model_json_schema(by_alias=True, mode="validation")
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        **schema,
        "title": "IT function",
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
