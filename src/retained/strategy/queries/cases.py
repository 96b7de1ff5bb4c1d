"""Reads of business cases: the list, versions, signatures, and what runs of them gave."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from retained.directory.queries.people import names_of
from retained.shared.errors import NotThereError
from retained.shared.money import Money
from retained.strategy.engine.case_files import read_stored_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.result_document import read_result
from retained.strategy.engine.result_figures import OptionFigures, ResultFigures
from retained.strategy.engine.results import DEFAULT_DRAWS, DEFAULT_SEED, RULE_VERSION
from retained.strategy.models import BusinessCase, CaseRun, CaseSignature, CaseState, CaseVersion


@lru_cache(maxsize=256)
def terms_written_in(document: str) -> CaseTerms:
    """Return what a version's document says; a version never changes."""
    return read_stored_case(document)


@lru_cache(maxsize=64)
def result_written_in(document: str) -> ResultFigures:
    """Return what a run's document says; a run never changes."""
    return read_result(json.loads(document))


@dataclass(frozen=True)
class VersionRow:
    """One version of a case as pages and exports read it."""

    number: int
    document: str
    sha256: str
    note: str
    created_by: str
    created_at: datetime

    @property
    def before(self) -> int:
        """The number of the version before."""
        return self.number - 1

    @cached_property
    def terms(self) -> CaseTerms:
        """What this version says."""
        return terms_written_in(self.document)


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """Who stands behind which option, why, and on what conditions."""

    name: str
    chosen: str
    chosen_title: str
    reasons: str
    conditions: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list: `best` is the option with the highest mean saving, if it was run."""

    reference: str
    title: str
    state: str
    version: int
    changed_at: datetime
    best: OptionFigures | None

    @property
    def state_words(self) -> str:
        """How far it has come, in words."""
        return CaseState(self.state).label

    @property
    def best_title(self) -> str:
        """The title of the best option; blank while nothing was drawn."""
        return self.best.title if self.best else ""

    @property
    def saving(self) -> Money | None:
        """What the best option saves on the mean."""
        return self.best.value.mean if self.best else None

    @property
    def chance(self) -> Decimal | None:
        """How likely the best option saves, as a ratio."""
        return Decimal(str(self.best.value.chance)) if self.best else None


def versions(case: BusinessCase) -> list[VersionRow]:
    """Return every version, the newest first."""
    found = list(case.versions.order_by("-number"))
    names = names_of({one.created_by_key for one in found})
    return [
        VersionRow(
            number=one.number,
            document=one.document,
            sha256=one.sha256,
            note=one.note,
            created_by=names.get(one.created_by_key, ""),
            created_at=one.created_at,
        )
        for one in found
    ]


def version_of(case: BusinessCase, number: int | None = None) -> CaseVersion:
    """Return a version by its number, or the newest; raises NotThereError."""
    found = case.versions.order_by("-number")
    row = found.first() if number is None else found.filter(number=number).first()
    if row is None:
        raise NotThereError("This version")
    return row


def versions_chosen(
    cases: QuerySet[BusinessCase], asked: Sequence[tuple[str, int | None]]
) -> list[CaseVersion]:
    """Return versions by reference and number (None: the newest), in the order asked.

    Two queries, however many; raises NotThereError where one is not among `cases`.
    """
    readable = cases.filter(reference__in={reference for reference, _ in asked})
    keys: dict[tuple[str, int | None], int] = {}
    rows = CaseVersion.objects.filter(case__in=readable).order_by("number")
    for reference, number, key in rows.values_list("case__reference", "number", "pk"):
        keys[reference, number] = keys[reference, None] = key
    if any(one not in keys for one in asked):
        raise NotThereError("This version")
    wanted = [keys[one] for one in asked]
    found = CaseVersion.objects.filter(pk__in=wanted).select_related("case").in_bulk()
    return [found[key] for key in wanted]


def results_of(versions: Sequence[CaseVersion]) -> dict[int, ResultFigures]:
    """Return what the usual run of each version gave, by the version's key, in one query."""
    runs = CaseRun.objects.filter(
        version__in=versions, draws=DEFAULT_DRAWS, seed=DEFAULT_SEED, rules=RULE_VERSION, through=""
    )
    return {run.version_id: result_written_in(run.document) for run in runs}


def run_of(
    version: CaseVersion, *, draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED
) -> CaseRun | None:
    """Return the run of a version by the rules of today that rests on assumptions alone."""
    return version.runs.filter(draws=draws, seed=seed, rules=RULE_VERSION, through="").first()


def signatures(version: CaseVersion) -> list[SignatureRow]:
    """Return who signed a version, in order."""
    found = list(version.signatures.all())
    options = terms_written_in(version.document).options if found else {}
    names = names_of({one.by_key for one in found})
    return [_signature(one, names.get(one.by_key, ""), options) for one in found]


def _signature(one: CaseSignature, name: str, options: Any) -> SignatureRow:
    return SignatureRow(
        name=name,
        chosen=one.chosen,
        chosen_title=options[one.chosen].title,
        reasons=one.reasons,
        conditions=one.conditions,
        signed_at=one.signed_at,
    )


def cases_named(cases: QuerySet[BusinessCase], words: Iterable[str]) -> QuerySet[BusinessCase]:
    """Return the cases in whose reference or title every word is found."""
    for word in words:
        cases = cases.filter(Q(reference__icontains=word) | Q(title__icontains=word))
    return cases


def cases_by(cases: QuerySet[BusinessCase]) -> QuerySet[BusinessCase]:
    """Return cases with what a list of them shows, in one query."""
    newest = CaseVersion.objects.filter(case=OuterRef("pk")).order_by("-number")
    runs = CaseRun.objects.filter(
        version__case=OuterRef("pk"),
        through="",
        rules=RULE_VERSION,
        draws=DEFAULT_DRAWS,
        seed=DEFAULT_SEED,
    ).order_by("-version__number", "-made_at")
    return cases.annotate(
        changed_at=Subquery(newest.values("created_at")[:1]),
        result=Subquery(runs.values("document")[:1]),
    )


def case_rows(cases: Iterable[Any]) -> list[CaseRow]:
    """Return cases that `cases_by` gave as rows of a list."""
    return [
        CaseRow(
            reference=one.reference,
            title=one.title,
            state=one.state,
            version=one.version,
            changed_at=one.changed_at,
            best=_best(one),
        )
        for one in cases
    ]


def best_of(result: ResultFigures) -> OptionFigures:
    """Return the option that saves most on the mean."""
    return max(result.options, key=lambda one: one.value.mean.amount)


def _best(case: Any) -> OptionFigures | None:
    if not case.result:
        return None
    result = result_written_in(case.result)
    chosen = [one for one in result.options if one.id == case.chosen]
    return chosen[0] if chosen else best_of(result)
