"""Which assumptions of a case their owners have confirmed, as each of them stands now.

In   the assumptions of a case, and who confirmed which content of which of them
Out  how each one stands, those of one owner together, and one sentence about all
Why  docs/guide/business-case.md

A confirmation is bound to everything that the assumption says: whoever changes a figure, its unit,
source, day or owner opens it again, in whatever version. What stays the same stays confirmed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from retained.shared.days import day_in_words
from retained.strategy.engine.case_terms import AssumptionTerms, CaseTerms


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That somebody, by `name`, confirmed an assumption of this content, for the owner or as it.

    `reason` says why somebody else than the owner did; blank where the owner did.
    """

    assumption: str
    sha256: str
    name: str
    at: datetime
    reason: str = ""

    @property
    def is_on_behalf(self) -> bool:
        """Whether somebody else than the owner confirmed."""
        return bool(self.reason)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one assumption stands; `sha256` is of its content now."""

    key: str
    terms: AssumptionTerms
    sha256: str
    confirmation: Confirmation | None

    @property
    def title(self) -> str:
        """What it is called: its title, or words made of its name."""
        return self.terms.title or self.key.replace("_", " ").capitalize()

    @property
    def is_open(self) -> bool:
        """Whether nobody has confirmed it as it stands."""
        return self.confirmation is None

    @property
    def words(self) -> str:
        """Who confirmed it and when. A prior is adopted: it stays somebody else's figure."""
        if self.confirmation is None:
            return "open"
        verb = "adopted" if self.terms.prior else "confirmed"
        one = self.confirmation
        behalf = f", on behalf: {one.reason}" if one.is_on_behalf else ""
        return f"{verb} by {one.name} on {day_in_words(one.at.date())}{behalf}"


def content_hash(terms: AssumptionTerms) -> str:
    """Return the SHA-256 of everything that an assumption says, as hexadecimal digits.

    Defaults are left out, so that a field which is added later opens nothing again.
    """
    said = terms.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def standings(terms: CaseTerms, confirmations: Iterable[Confirmation]) -> list[Standing]:
    """Return how each assumption stands, in the order in which they are written."""
    kept = {(one.assumption, one.sha256): one for one in confirmations}
    found = ((key, one, content_hash(one)) for key, one in terms.assumptions.items())
    return [Standing(key, one, sha256, kept.get((key, sha256))) for key, one, sha256 in found]


def confirmed_sentence(found: Sequence[Standing]) -> str:
    """Return how many assumptions are confirmed, by whom, and how many are open."""
    on_behalf = sum(one.confirmation is not None and one.confirmation.is_on_behalf for one in found)
    left = sum(one.is_open for one in found)
    count = len(found)
    own = count - left - on_behalf
    if count and own == count:
        return f"All {count} are confirmed by their owners."
    parts = [f"{own} of {count} confirmed by their owners"]
    if on_behalf:
        parts.append(f"{on_behalf} on behalf of them")
    parts.append(f"{left or 'none'} open")
    return f"{', '.join(parts)}."


def grouped_by_owner(
    found: Iterable[Standing], names: Mapping[str, str]
) -> dict[str, list[Standing]]:
    """Return assumptions by the name of their owner; those that name nobody come last, under "".

    `names` gives the name of a person for what a case calls an owner, where it is known.
    """
    groups: dict[str, list[Standing]] = {}
    for one in found:
        owner = one.terms.owner.strip()
        groups.setdefault(names.get(owner, owner), []).append(one)
    return dict(sorted(groups.items(), key=lambda group: (not group[0], group[0].casefold())))
