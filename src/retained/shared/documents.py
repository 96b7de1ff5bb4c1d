"""Documents that people write: YAML read into a model with every remark at once, and written again.

In   the text of a file, and the model that it should fill
Out  the model, or every remark with its line and field; the text again; the JSON Schema
Why  docs/reference/agreement.md
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from retained.shared import yaml_lines
from retained.shared.remarks import Place, RefusedError, Remark, Severity
from retained.shared.written import Written, refusals

_TEXTS_ONLY = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # where PyYAML has no libyaml
Model = TypeVar("Model", bound=BaseModel)
Context = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class DocumentKind(Generic[Model]):
    """A kind of document: its noun ("agreement"), schema, title, model, and how it is refused.

    `too_many` is what is said of more values than people write.
    """

    noun: str
    schema: str
    title: str
    model: type[Model]
    refused: type[RefusedError]
    too_many: str = ""

    def read(self, text: str, *, name: str, context: Context = None) -> Model:
        """Return what a YAML text writes; raises `refused` with every remark.

        `context` is what the model's own checks may know besides the document.
        """
        try:
            document, lines = yaml_lines.load(text, name=name)
        except yaml_lines.YamlError as error:
            is_too_many = self.too_many and isinstance(error, yaml_lines.TooManyValuesError)
            sentence = self.too_many if is_too_many else error.remark.sentence
            raise self.refused([replace(error.remark, sentence=sentence)]) from error
        return self.of(document, lines=lines, name=name, context=context)

    def read_stored(self, text: str) -> Model:
        """Return what a text holds that `as_yaml` wrote.

        It needs no lines and hides nothing, so libyaml may read it: some twenty times as fast.
        Everything stays text, as in `yaml_lines`.
        """
        return self.of(yaml.load(text, _TEXTS_ONLY))  # noqa: S506 - it makes nothing but texts

    def of(
        self,
        document: Any,
        *,
        lines: dict[yaml_lines.Path, int] | None = None,
        name: str = "",
        context: Context = None,
    ) -> Model:
        """Return what a document of plain values holds; raises as `read`."""
        if not isinstance(document, dict):
            sentence = f"This holds no {self.noun}: begin with “schema: {self.schema}”."
            raise self.refused([Remark(Severity.ERROR, self.noun, sentence, Place(file=name))])
        try:
            return self.model.model_validate(document, context=context)
        except ValidationError as error:
            raise self.refused(refusals(error, Written(self.noun, name, lines))) from error

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) that such a document fulfils."""
        schema = self.model.model_json_schema(by_alias=True, mode="validation")
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": self.schema,
            **schema,
            "title": self.title,
        }


def as_yaml(document: dict[str, Any]) -> str:
    """Return plain values as the YAML that versions are stored in."""
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def schema_text(schema: dict[str, Any]) -> str:
    """Return a JSON Schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
