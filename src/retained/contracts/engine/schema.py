"""The JSON Schema of an agreement, as it is published.

In   the models of the agreement
Out  the schema retained/agreement/1 as a document, and as the text of its file
Why  docs/reference/agreement.md
"""

import json
from typing import Any

from retained.contracts.engine.agreement import SCHEMA, AgreementTerms

FILE_NAME = "agreement-1.schema.json"


def agreement_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) that a document of retained/agreement/1 fulfils."""
    schema = AgreementTerms.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        **schema,
        "title": "Agreement",
    }


def schema_text() -> str:
    """Return the schema as its file holds it."""
    return json.dumps(agreement_schema(), indent=2, ensure_ascii=False) + "\n"
