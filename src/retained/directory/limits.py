"""The agreements to which a role may be limited: the stage that keeps agreements names them."""

from collections.abc import Callable, Iterable, Sequence

from retained.directory.models import Organisation
from retained.shared.errors import DomainError

# Reference and name of each agreement that concerns an organisation; all, for the client.
AgreementSource = Callable[[Organisation], Sequence[tuple[str, str]]]

_sources: list[AgreementSource] = []


def register(source: AgreementSource) -> None:
    """Add the stage that knows the agreements, once."""
    if source not in _sources:
        _sources.append(source)


def agreements(organisation: Organisation) -> list[tuple[str, str]]:
    """Return reference and name of each agreement to which a role may be limited."""
    return [pair for source in _sources for pair in source(organisation)]


def must_be_known(organisation: Organisation, references: Iterable[str]) -> None:
    """Raise DomainError where a role is to be limited to an agreement that is not there."""
    named = set(references) - {""}
    unknown = sorted(named - {reference for reference, _ in agreements(organisation)})
    if unknown:
        raise DomainError(
            f"There is no agreement “{unknown[0]}” that {organisation} has a part in. "
            "Name agreements by their references, as the list of agreements shows them."
        )
