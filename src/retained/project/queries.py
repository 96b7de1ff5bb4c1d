"""Reads for the pages that join all stages: the record's seal."""

from dataclasses import dataclass

from retained.audit.models import Seal


@dataclass(frozen=True, slots=True)
class SealedHead:
    """The last sealed entry of the record, as every page prints it."""

    number: int
    hash: str


def sealed_head() -> SealedHead | None:
    """Return where the record is sealed up to, without sealing; nothing before the first seal."""
    last = Seal.objects.order_by("-number").values_list("number", "hash").first()
    return SealedHead(*last) if last else None
