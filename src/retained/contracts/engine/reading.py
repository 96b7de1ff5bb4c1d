"""Reading and writing an agreement as YAML, with remarks that name line and field.

In   the text of a file
Out  the agreement, or every remark about it at once; the text again
Why  docs/reference/agreement.md
"""

from typing import Any

import yaml
from pydantic import ValidationError

from retained.contracts.engine.agreement import AgreementTerms
from retained.shared import yaml_lines
from retained.shared.errors import DomainError
from retained.shared.remarks import Place, Remark, Severity
from retained.shared.written import Written, refusals


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
        written = Written("agreement", name, lines)
        raise AgreementRefusedError(refusals(error, written)) from error


def write_agreement(agreement: AgreementTerms) -> str:
    """Return the agreement as YAML; reading it gives an equal agreement."""
    return yaml.safe_dump(agreement.as_document(), sort_keys=False, allow_unicode=True, width=100)
