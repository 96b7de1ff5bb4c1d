"""Reading and writing an IT function as YAML, and its JSON Schema.

In   the text of a file
Out  the function, or every remark about it at once; the text again
Why  docs/reference/function.md
"""

from typing import Any

from retained.shared.documents import DocumentKind, as_yaml, schema_text
from retained.shared.errors import DomainError
from retained.shared.remarks import Remark
from retained.strategy.engine.function_terms import SCHEMA, FunctionTerms

KIND = "function"


class FunctionRefusedError(DomainError):
    """The text is not a function; `remarks` say all that is wrong with it."""

    def __init__(self, remarks: list[Remark]) -> None:
        super().__init__("The function cannot be read:\n" + "\n".join(map(str, remarks)))
        self.remarks = remarks


_KIND = DocumentKind(KIND, SCHEMA, "IT function", FunctionTerms, FunctionRefusedError)


def read_function(text: str, *, name: str = "function.yaml") -> FunctionTerms:
    """Return the function that a YAML text writes.

    Raises FunctionRefusedError with every remark, each with its line and field.
    """
    return _KIND.read(text, name=name)


def read_stored_function(text: str) -> FunctionTerms:
    """Return the function of a text that `write_function` wrote, fast."""
    return _KIND.read_stored(text)


def function_of(document: Any, *, name: str = "") -> FunctionTerms:
    """Return the function that a document of plain values holds; raises as `read_function`."""
    return _KIND.of(document, name=name)


def with_fields(terms: FunctionTerms, **fields: Any) -> FunctionTerms:
    """Return a function with some fields of its document changed; raises as `read_function`.

    A field that is None is left out: it falls back to its default.
    """
    document = {**terms.as_document(), **fields}
    return function_of({name: value for name, value in document.items() if value is not None})


def write_function(terms: FunctionTerms) -> str:
    """Return the function as YAML; reading it gives an equal function."""
    return as_yaml(terms.as_document())


def function_schema() -> str:
    """Return the JSON Schema (2020-12) of a function, as its file holds it."""
    return schema_text(_KIND.json_schema())
