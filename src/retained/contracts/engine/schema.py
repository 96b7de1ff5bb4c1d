"""The JSON Schema of an agreement, as it is published.

In   the models of the agreement
Out  the schema retained/agreement/1 as a document, and as the text of its file
Why  docs/reference/agreement.md
"""

from typing import Any

from retained.contracts.engine.reading import KIND
from retained.shared import documents

FILE_NAME = "agreement-1.schema.json"


def agreement_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) that a document of retained/agreement/1 fulfils."""
    return KIND.json_schema()


def schema_text() -> str:
    """Return the schema as its file holds it."""
    return documents.schema_text(agreement_schema())
