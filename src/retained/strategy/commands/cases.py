"""Writes of business cases: begin one, save a version, sign it, withdraw it."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from retained.audit.record import record
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.directory.versions import only_once, save_version
from retained.shared.errors import DomainError
from retained.strategy.engine.case_files import case_of, write_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import SIGNATURES, CaseRefusedError
from retained.strategy.engine.trial import trial_remarks
from retained.strategy.jobs import ask_to_run
from retained.strategy.models import (
    BusinessCase,
    CaseRun,
    CaseSignature,
    CaseState,
    CaseVersion,
    ItFunction,
)
from retained.strategy.queries.benefits import goals_to_name
from retained.strategy.queries.cases import terms_written_in
from retained.strategy.queries.confirmations import confirmed_in

RESERVED = frozenset({"new", "begin", "compare"})  # addresses of pages, beside those of cases


@transaction.atomic
def create_case(
    terms: CaseTerms,
    *,
    by: Person,
    at: datetime,
    note: str = "",
) -> BusinessCase:
    """Begin a case with its first version.

    Raises CaseRefusedError where it cannot be computed, DomainError where its reference is taken
    or a function that it is about is not in the portfolio.
    """
    directory_access.must(by, "change_cases")
    if terms.reference.lower() in RESERVED:
        raise DomainError(f"reference: “{terms.reference}” is a word of this product's own pages.")
    _must_be_computable(terms)
    _must_name_goals(terms, goals_to_name(None, on=at.date()))
    functions = _functions_of(terms)
    taken = f"There is a case {terms.reference} already: open it, or choose a free reference."
    with only_once(taken):
        case = BusinessCase.objects.create(
            reference=terms.reference, title=terms.title, created_at=at
        )
    case.functions.set(functions)
    version = _add_version(case, terms, note=note, by=by, at=at)
    record("began", case, by=by, at=at, after=_recorded(version), reason=note)
    ask_to_run(version, by=by)
    return case


@transaction.atomic
def change_case(
    case: BusinessCase,
    terms: CaseTerms,
    *,
    note: str,
    by: Person,
    at: datetime,
    expected_version: int,
) -> CaseVersion:
    """Save what a case says as its next version; who signed the one before must sign anew.

    Raises ChangedMeanwhileError if the case is no longer at `expected_version`.
    """
    directory_access.must(by, "change_cases")
    must_be_a_draft(case)
    if terms.reference != case.reference:
        raise DomainError(
            f"reference: this is case {case.reference}, but the document is of {terms.reference}. "
            "Open that one, or correct the reference."
        )
    _must_be_computable(terms)
    _must_name_goals(terms, goals_to_name(case, on=at.date()))
    newest = case.versions.latest("number")
    if newest.document == write_case(terms):
        raise DomainError(f"Nothing differs from version {newest.number}: nothing is to be saved.")
    functions = _functions_of(terms)
    save_version(case, {"title": terms.title}, version=expected_version)
    case.functions.set(functions)
    version = _add_version(case, terms, note=note, by=by, at=at)
    record("changed", case, by=by, at=at, after=_recorded(version), reason=note)
    ask_to_run(version, by=by)
    return version


@transaction.atomic
def sign_case(
    case: BusinessCase,
    run: CaseRun,
    *,
    chosen: str,
    reasons: str,
    conditions: str = "",
    by: Person,
    at: datetime,
    expected_version: int,
) -> CaseSignature:
    """Stand behind an option of the newest version, by the figures of `run`.

    The second of two people freezes the version as the baseline: what comes true is held
    against it.
    """
    directory_access.must(by, "sign_cases")
    must_be_a_draft(case)
    version = case.versions.latest("number")
    if run.version_id != version.pk or run.through:
        raise DomainError(
            "These figures are not of what the case says now: open it again and look at them."
        )
    _must_be_an_option(version, chosen)
    if not reasons.strip():
        raise DomainError("Say why: the reasons stay with the case, and are read again later.")
    others = list(version.signatures.all())
    _must_agree(others, chosen, by)
    is_last = len(others) + 1 >= SIGNATURES
    frozen = {"state": CaseState.SIGNED, "baseline_id": version.pk, "chosen": chosen}
    save_version(case, frozen if is_last else {"title": case.title}, version=expected_version)
    with only_once("You have signed this version already: another person signs beside you."):
        signature = CaseSignature.objects.create(
            version=version,
            chosen=chosen,
            reasons=reasons.strip(),
            conditions=conditions.strip(),
            run=run,
            by_key=by.actor_key,
            signed_at=at,
        )
    after = {
        "version": version.number,
        "chosen": chosen,
        "run": run.sha256,
        "confirmed": confirmed_in(version).sentence,
        "frozen": is_last,
    }
    record("signed", case, by=by, at=at, after=after, reason=reasons)
    return signature


@transaction.atomic
def withdraw_case(
    case: BusinessCase, *, reason: str, by: Person, at: datetime, expected_version: int
) -> None:
    """Put a draft away for good; it stays readable."""
    directory_access.must(by, "change_cases")
    must_be_a_draft(case)
    if not reason.strip():
        raise DomainError("Say why the case is withdrawn: the reason stays in the record.")
    save_version(case, {"state": CaseState.WITHDRAWN}, version=expected_version)
    record("withdrew", case, by=by, at=at, after={"state": "withdrawn"}, reason=reason)


def _must_be_computable(terms: CaseTerms) -> None:
    """Raise CaseRefusedError with everything on which a run of the case would break."""
    remarks = trial_remarks(terms)
    if remarks:
        raise CaseRefusedError(remarks)


def _must_name_goals(terms: CaseTerms, goals: Collection[str]) -> None:
    """Raise CaseRefusedError for benefits that name no goal or value of the company."""
    case_of(terms.as_document(), goals=goals)


def must_be_a_draft(case: BusinessCase) -> None:
    """Raise DomainError for a case that is signed or withdrawn: it says what it said."""
    if case.state == CaseState.SIGNED:
        raise DomainError(
            "This case is signed and frozen: what comes true is held against it. Begin another "
            "case from its file if you decide anew."
        )
    if case.state == CaseState.WITHDRAWN:
        raise DomainError("This case was withdrawn: begin another one from its file.")


def _must_be_an_option(version: CaseVersion, chosen: str) -> None:
    options = terms_written_in(version.document).options
    if chosen not in options:
        raise DomainError(f"“{chosen}” is no option of this case: choose {' or '.join(options)}.")


def _must_agree(others: Collection[CaseSignature], chosen: str, by: Person) -> None:
    """Raise DomainError unless another person signs for what was signed for already."""
    for other in others:
        if other.by_key == by.actor_key:
            raise DomainError("You have signed this version already: another person signs too.")
        if other.chosen != chosen:
            raise DomainError(
                f"Somebody has signed for “{other.chosen}” already: sign for that, or save a "
                "version on which you agree. It asks for both signatures anew."
            )


def _functions_of(terms: CaseTerms) -> list[ItFunction]:
    """Return the IT functions that a case is about; raise DomainError for one that is not there."""
    found = list(ItFunction.objects.filter(reference__in=terms.functions))
    missing = set(terms.functions) - {one.reference for one in found}
    if missing:
        raise DomainError(
            f"functions: {', '.join(sorted(missing))} is no IT function of the portfolio: add it "
            "there first, or correct the reference."
        )
    return found


def _add_version(
    case: BusinessCase, terms: CaseTerms, *, note: str, by: Person, at: datetime
) -> CaseVersion:
    """Insert the next version."""
    document = write_case(terms)
    return CaseVersion.objects.create(
        case=case,
        number=case.versions.count() + 1,
        document=document,
        sha256=hashlib.sha256(document.encode("utf-8")).hexdigest(),
        note=note.strip(),
        created_by_key=by.actor_key,
        created_at=at,
    )


def _recorded(version: CaseVersion) -> dict[str, object]:
    """Return what the record holds of a version: enough to prove its document."""
    return {"version": version.number, "sha256": version.sha256}
