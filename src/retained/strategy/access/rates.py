"""The only way from a person to a rate card: who reads cases reads what they rest on.

What others ask for their work is the client's own: to a provider's people no card is there.
"""

from django.db.models import QuerySet

from retained.directory import access as directory_access
from retained.directory.engine.roles import Side
from retained.directory.models import Person
from retained.files.models import StoredFile
from retained.shared.errors import NotThereError
from retained.strategy.models import RateCard

CARDS_FOLDER = "rate-cards"


def rate_cards_to_read(person: Person) -> QuerySet[RateCard]:
    """Return the cards that `person` may read, superseded ones too."""
    is_reader = person.side is Side.CLIENT and directory_access.may(person, "read_cases")
    return RateCard.objects.all() if is_reader else RateCard.objects.none()


def rate_card_to_read(person: Person, reference: str, version: int | None = None) -> RateCard:
    """Return a version of a card, the newest by default; raises NotThereError."""
    found = rate_cards_to_read(person).select_related("file").filter(reference=reference)
    card = found.order_by("-version").first() if version is None else _of(found, version)
    if card is None:
        raise NotThereError("This rate card")
    return card


def rate_card_to_change(person: Person, reference: str) -> RateCard:
    """Return the newest version of a card for somebody who may take cards in."""
    card = rate_card_to_read(person, reference)
    directory_access.must(person, "change_cases")
    return card


def card_file_to_take_in(person: Person, key: str) -> StoredFile:
    """Return a file that `person` sent and did not take in yet, and nobody else's."""
    mine = StoredFile.objects.filter(folder=CARDS_FOLDER, created_by_key=person.actor_key)
    kept = RateCard.objects.filter(file__key=key)
    found = mine.filter(key=key).first()
    if found is None or kept.exists():
        raise NotThereError("This file")
    directory_access.must(person, "change_cases")
    return found


def _of(cards: QuerySet[RateCard], version: int) -> RateCard | None:
    return cards.filter(version=version).first() if version < 2**31 else None
