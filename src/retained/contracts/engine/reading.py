"""Reading and writing an agreement as YAML, with remarks that name line and field.

In   the text of a file
Out  the agreement, or every remark about it at once; the text again
Why  docs/reference/agreement.md
"""

from typing import Any

from retained.contracts.engine.agreement import SCHEMA, AgreementTerms
from retained.shared.documents import DocumentKind, as_yaml
from retained.shared.errors import DomainError
from retained.shared.remarks import Remark


class AgreementRefusedError(DomainError):
    """The text is not an agreement; `remarks` say all that is wrong with it."""

    def __init__(self, remarks: list[Remark]) -> None:
        super().__init__("The agreement cannot be read:\n" + "\n".join(map(str, remarks)))
        self.remarks = remarks


KIND = DocumentKind("agreement", SCHEMA, "Agreement", AgreementTerms, AgreementRefusedError)


def read_agreement(text: str, *, name: str = "agreement.yaml") -> AgreementTerms:
    """Return the agreement that a YAML text writes.

    Raises AgreementRefusedError with every remark, each with its line and field.
    """
    return KIND.read(text, name=name)


def read_stored_agreement(text: str) -> AgreementTerms:
    """Return the agreement of a text that `write_agreement` wrote, fast."""
    return KIND.read_stored(text)


def agreement_of(document: Any) -> AgreementTerms:
    """Return the agreement that a document of plain values holds; raises as `read_agreement`."""
    return KIND.of(document)


def write_agreement(agreement: AgreementTerms) -> str:
    """Return the agreement as YAML; reading it gives an equal agreement."""
    return as_yaml(agreement.as_document())
