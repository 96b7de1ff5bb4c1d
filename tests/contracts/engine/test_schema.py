"""The published JSON Schema."""

import json
from pathlib import Path

import pytest

from contracts.agreement_texts import BRIGHTDESK, CORVALE
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import read_agreement
from retained.contracts.engine.schema import FILE_NAME, schema_text

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "docs/reference/schemas" / FILE_NAME


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), (
        f"write it anew: retained agreement schema > docs/reference/schemas/{FILE_NAME}"
    )


@pytest.mark.parametrize("text", [BRIGHTDESK, CORVALE])
def test_a_written_agreement_has_only_fields_of_the_schema(text: str) -> None:
    schema = json.loads(schema_text())
    document = read_agreement(text).as_document()
    assert set(document) <= set(schema["properties"])
    assert set(schema["required"]) <= set(document)


def test_every_field_of_an_agreement_is_in_the_schema() -> None:
    properties = json.loads(schema_text())["properties"]
    names = {field.alias or name for name, field in AgreementTerms.model_fields.items()}
    assert set(properties) == names
