"""The registry of example objects for the access walk, and what all builders need."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.agreement_texts import BRIGHTDESK
from directory.cast import AT, Cast
from evidence.importing import HEADER, ROWS, imported
from retained.contracts.commands import register_agreement
from retained.contracts.engine.reading import read_agreement
from retained.contracts.models import Agreement
from retained.directory.engine.roles import Role, Side
from retained.directory.models import Person
from retained.evidence.models import Batch


@dataclass(frozen=True)
class Pair:
    """The value of a part of an address for an own object, and for a foreign one."""

    own: object
    foreign: object | None = None


Builder = Callable[[Cast, Person], Pair]
BUILDERS: dict[str, Builder] = {}

# Addresses that this installation does not have although they are routed, and why.
ABSENT = {
    "chair_take": "there are chairs in the demonstration only",
    "style": "the style page is for developers and the demonstration",
    "style_progress": "the same",
    "openid_connect_login": "no identity provider is configured",
    "openid_connect_callback": "the same",
}


# The agreement with the other provider.
OTHER_AGREEMENT = "AG-walk-1"


def example(part: str) -> Callable[[Builder], Builder]:
    """Register the builder of a part of an address; "url_name.part" goes before "part"."""

    def register(builder: Builder) -> Builder:
        BUILDERS[part] = builder
        return builder

    return register


def is_limited(reader: Person) -> bool:
    """Return whether every role of a reader is limited to named agreements."""
    return bool(reader.grants) and all(one.agreement_reference for one in reader.grants)


def is_kept_apart(reader: Person) -> bool:
    """Return whether the agreement with the other provider is closed to a reader."""
    return reader.side is Side.PROVIDER or is_limited(reader)


def agreement_pair(cast: Cast, reader: Person) -> Pair:
    """Return the agreement with the own provider, and the other where it is closed to a reader."""
    own, foreign = agreements_of(cast)
    return Pair(own, foreign if is_kept_apart(reader) else "AG-absent")


def agreements_of(cast: Cast) -> tuple[str, str]:
    """Make an agreement with each provider, once, and return their references."""
    references = []
    for number, provider in enumerate((cast.own, cast.foreign)):
        text = BRIGHTDESK.replace("AG-7", f"AG-walk-{number}").replace(
            "provider: Brightdesk", f"provider: {provider.name}"
        )
        terms = read_agreement(text)
        if not Agreement.objects.filter(reference=terms.reference).exists():
            register_agreement(terms, by=cast.people[Role.LEGAL], at=AT)
        references.append(terms.reference)
    return references[0], references[1]


def evidence_batch(cast: Cast) -> Batch:
    """Return a batch of evidence, imported once."""
    found = Batch.objects.first()
    return found or imported(cast.service_manager, HEADER + ROWS).batch
