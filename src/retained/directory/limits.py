"""The agreements to which a role may be limited: the stage that keeps agreements names them."""

from collections.abc import Callable, Sequence

from retained.directory.models import Organisation

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
