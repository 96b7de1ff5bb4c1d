"""Reads of who confirmed which assumption of a case, and which wait for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, Q, QuerySet

from retained.directory.models import Person
from retained.directory.queries.people import (
    Named,
    client_people,
    client_people_named,
    names_of,
    namesakes_of,
)
from retained.shared.money import Money
from retained.strategy.case_words import even_words, is_percent, value_words
from retained.strategy.engine.case_terms import AssumptionTerms, CaseTerms
from retained.strategy.engine.confirming import (
    Confirmation,
    Standing,
    confirmed_sentence,
    content_hash,
    grouped_by_owner,
    standings,
)
from retained.strategy.engine.result_figures import EvenFigures, ResultFigures
from retained.strategy.models import (
    AssumptionConfirmation,
    BusinessCase,
    CaseState,
    CaseVersion,
)
from retained.strategy.queries.cases import best_of, terms_written_in


@dataclass(frozen=True, slots=True)
class AssumptionToConfirm:
    """An assumption as its owner looks at it; `owner` is a person's name where it is one's.

    `moves` is how far the mean saving of the best option moves between its lowest and its highest
    tenth, `turns` the figure at which the saving would be nothing; None and blank while nothing
    was drawn, or where there is none.
    """

    key: str
    title: str
    value: str
    unit: str
    source: str
    on: date | None
    prior: bool
    owner: str
    owner_key: str  # blank where the owner is no person of the client
    sha256: str
    is_open: bool
    words: str
    moves: Money | None
    turns: str

    @property
    def seen(self) -> str:
        """What a form sends: this assumption, and what it said when it was looked at."""
        return f"{self.key}:{self.sha256}"

    @property
    def state(self) -> str:
        """Whether it waits, in one word."""
        return "open" if self.is_open else "confirmed"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How the assumptions of a version stand: one sentence, and each by its owner."""

    sentence: str
    groups: Mapping[str, list[Standing]]


def owners_of(terms: CaseTerms) -> dict[str, Named]:
    """Return the person for each owner whom a case names, where it is one of the client's."""
    return client_people_named(_owner_texts(terms))


def owners_to_choose(now: str = "") -> dict[str, str]:
    """Return whom a form offers as owner: what the document will say, and words for each.

    Whoever is the owner `now` stays a choice as written, a name or words of somebody outside too.
    """
    people = {one.email: f"{one.name} ({one.email})" for one in client_people()}
    is_known = not now or now in people
    return people if is_known else {now: f"{now}, as written"} | people


def owned_by(person: Person, terms: CaseTerms) -> list[str]:
    """Return the names of the assumptions that a person owns."""
    owners = owners_of(terms)
    own = {text for text, owner in owners.items() if owner.key == person.actor_key}
    return [key for key, one in terms.assumptions.items() if one.owner.strip() in own]


def standings_of(version: CaseVersion) -> list[Standing]:
    """Return how each assumption of a version stands."""
    return standings(terms_written_in(version.document), _confirmations(version.case_id))


def confirmed_in(version: CaseVersion) -> Confirmed:
    """Return what a result says beside its priors: who stands behind the assumptions."""
    found = standings_of(version)
    owners = owners_of(terms_written_in(version.document))
    names = {text: owner.name for text, owner in owners.items()}
    return Confirmed(confirmed_sentence(found), grouped_by_owner(found, names))


def assumptions_to_confirm(
    version: CaseVersion, result: ResultFigures | None
) -> list[AssumptionToConfirm]:
    """Return every assumption of a version, what moves the saving most first."""
    terms = terms_written_in(version.document)
    owners = owners_of(terms)
    best = best_of(result) if result else None
    swings = {one.assumption: one.width for one in best.matters} if best else {}
    evens = {one.assumption: one for one in best.break_evens} if best else {}
    rows = [
        _row(one, owners, swings.get(one.key), evens.get(one.key)) for one in standings_of(version)
    ]
    return sorted(rows, key=lambda row: -row.moves.amount if row.moves else 0)


def waiting_for(person: Person) -> dict[BusinessCase, int]:
    """Return how many open assumptions of drafts a person owns, by case.

    The database looks for the person's address and name, so that few documents are read: one
    query for whom no draft names, else two.
    """
    drafts = list(_drafts_naming(person))
    kept = AssumptionConfirmation.objects.filter(case__in=[one.case_id for one in drafts])
    confirmed = set(kept.values_list("case_id", "assumption", "sha256"))
    waiting = {
        draft.case: sum(
            (draft.case_id, key, content_hash(one)) not in confirmed
            for key, one in terms_written_in(draft.document).assumptions.items()
            if _is_owned(one.owner.strip(), person, by_name=not draft.is_shared_name)
        )
        for draft in drafts
    }
    return {case: count for case, count in waiting.items() if count}


def _is_owned(owner: str, person: Person, *, by_name: bool) -> bool:
    return owner.lower() == person.email or (by_name and owner == person.name)


def _drafts_naming(person: Person) -> QuerySet[Any]:
    """Return the newest versions of drafts in whose text the address or name of a person stands.

    Each says whether the person shares the name with another, so that it is nobody's.
    """
    names = Q(document__icontains=person.email) | Q(document__contains=person.name)
    return (
        CaseVersion.objects.filter(names, case__state=CaseState.DRAFT)
        .exclude(case__versions__number__gt=F("number"))
        .select_related("case")
        .annotate(is_shared_name=Exists(namesakes_of(person)))
        .order_by("created_at")
    )


def _owner_texts(terms: CaseTerms) -> set[str]:
    return {one.owner.strip() for one in terms.assumptions.values()}


def _confirmations(case_id: int) -> list[Confirmation]:
    kept = AssumptionConfirmation.objects.filter(case=case_id)
    rows = list(kept.values_list("assumption", "sha256", "by_key", "confirmed_at", "reason"))
    names = names_of({by for _, _, by, _, _ in rows})
    return [
        Confirmation(assumption, sha256, names[by], at, reason)
        for assumption, sha256, by, at, reason in rows
    ]


def _row(
    one: Standing, owners: Mapping[str, Named], moves: Money | None, even: EvenFigures | None
) -> AssumptionToConfirm:
    terms = one.terms
    owner = owners.get(terms.owner.strip())
    return AssumptionToConfirm(
        key=one.key,
        title=one.title,
        value=value_words(terms),
        unit=terms.unit,
        source=terms.source,
        on=terms.on,
        prior=terms.prior,
        owner=owner.name if owner else terms.owner.strip(),
        owner_key=owner.key if owner else "",
        sha256=one.sha256,
        is_open=one.is_open,
        words=one.words,
        moves=moves,
        turns=_turns(even, terms),
    )


def _turns(even: EvenFigures | None, terms: AssumptionTerms) -> str:
    is_reached = even is not None and even.value is not None
    return even_words(even, is_percent=is_percent(terms)) if even and is_reached else ""
