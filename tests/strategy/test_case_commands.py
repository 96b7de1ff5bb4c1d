"""Business cases are kept in versions, run to the same bytes, and signed by two people."""

import json

import pytest
from django.db import DatabaseError, transaction

from directory.cast import AT, Cast
from retained.audit.models import Entry
from retained.audit.unchanging import ImmutableRowError
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.jobs.models import JobRun
from retained.shared.errors import (
    ChangedMeanwhileError,
    DomainError,
    NotAllowedError,
    NotThereError,
)
from retained.strategy.access.cases import case_to_change, case_to_read, cases_to_read
from retained.strategy.commands.case_runs import keep_run
from retained.strategy.commands.cases import change_case, create_case, sign_case, withdraw_case
from retained.strategy.engine.case_files import read_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.models import BusinessCase, CaseRun, CaseState, CaseVersion, ItFunction
from retained.strategy.queries import cases as queries
from strategy.case_texts import SURE


def costing(fee: int) -> CaseTerms:
    return read_case(SURE.replace("{value: 90", f"{{value: {fee}"))


def signed(case: BusinessCase, by: Person, *, chosen: str = "offer", version: int = 0) -> None:
    run = keep_run(queries.version_of(case), at=AT)
    sign_case(
        case, run, chosen=chosen, reasons="It pays", conditions="Staff transfer agreed", by=by,
        at=AT, expected_version=version or case.version,
    )  # fmt: skip


def changed(case: BusinessCase, by: Person, *, fee: int = 80, version: int = 0) -> CaseVersion:
    return change_case(
        case, costing(fee), note="A better offer", by=by, at=AT,
        expected_version=version or case.version,
    )  # fmt: skip


def test_a_case_begins_with_its_first_version_and_its_draws_are_asked_for(
    case: BusinessCase,
) -> None:
    version = case.versions.get()
    assert queries.terms_written_in(version.document) == read_case(SURE)
    assert (case.state, version.number, version.note) == ("draft", 1, "Begun")
    [entry] = Entry.objects.filter(object_key="SURE")
    assert (entry.verb, json.loads(entry.after)["sha256"]) == ("began", version.sha256)
    [job] = JobRun.objects.filter(kind__endswith="run_case_job")
    assert job.arguments["version_id"] == version.pk


def test_what_cannot_be_computed_is_not_kept(cast: Cast) -> None:
    circle = SURE.replace("{value: 90, unit: EUR a month}", "{formula: other}").replace(
        "assumptions:", "assumptions:\n  other: {formula: fee}"
    )
    with pytest.raises(CaseRefusedError, match="in a ring"):
        create_case(read_case(circle), by=cast.people[Role.FINANCE], at=AT)
    assert not BusinessCase.objects.exists()


def test_a_reference_is_taken_once(case: BusinessCase, cast: Cast) -> None:
    with pytest.raises(DomainError, match="There is a case SURE already"):
        create_case(read_case(SURE), by=cast.people[Role.FINANCE], at=AT)


def test_of_two_who_save_at_once_one_is_refused(case: BusinessCase, cast: Cast) -> None:
    seen = case.version
    assert changed(case, cast.people[Role.FINANCE], version=seen).number == 2
    other = BusinessCase.objects.get()
    with pytest.raises(ChangedMeanwhileError):
        changed(other, cast.people[Role.SOURCING_LEAD], fee=70, version=seen)
    assert case.versions.count() == 2


def test_a_version_that_says_the_same_is_none(case: BusinessCase, cast: Cast) -> None:
    with pytest.raises(DomainError, match="Nothing differs from version 1"):
        change_case(
            case, read_case(SURE), note="", by=cast.people[Role.FINANCE], at=AT, expected_version=1
        )


def test_a_version_is_never_changed(case: BusinessCase) -> None:
    version = case.versions.get()
    with pytest.raises(ImmutableRowError, match="superseded"):
        version.save()
    with pytest.raises(ImmutableRowError, match="superseded"):
        version.delete()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        CaseVersion.objects.update(document="")


def test_a_run_is_made_once_to_the_same_bytes(case: BusinessCase) -> None:
    version = case.versions.get()
    first = keep_run(version, draws=500, at=AT)
    assert keep_run(version, draws=500, at=AT) == first
    first.delete()
    again = keep_run(version, draws=500, at=AT)
    assert (again.sha256, again.document) == (first.sha256, first.document)
    result = queries.result_written_in(again.document)
    assert str(result.options[0].value.mean.amount) == "120.00"  # 15 x (100 - 90) - 30


def test_two_people_sign_and_the_version_is_frozen(case: BusinessCase, cast: Cast) -> None:
    signed(case, cast.people[Role.FINANCE])
    assert case.state == CaseState.DRAFT
    signed(case, cast.people[Role.EXECUTIVE])
    kept = BusinessCase.objects.get()
    assert (kept.state, kept.chosen, kept.baseline) == ("signed", "offer", case.versions.get())
    names = [row.name for row in queries.signatures(case.versions.get())]
    assert len(set(names)) == 2
    with pytest.raises(DomainError, match="signed and frozen"):
        changed(kept, cast.people[Role.FINANCE])
    last = Entry.objects.filter(object_key="SURE").latest("pk")
    after = json.loads(last.after)
    assert (after["frozen"], after["run"]) == (True, CaseRun.objects.get().sha256)


def test_one_person_does_not_sign_for_two(case: BusinessCase, cast: Cast) -> None:
    signed(case, cast.people[Role.FINANCE])
    with pytest.raises(DomainError, match="another person signs too"):
        signed(case, cast.people[Role.FINANCE])
    with pytest.raises(DomainError, match="signed for “offer” already"):
        signed(case, cast.people[Role.EXECUTIVE], chosen="stay")
    with pytest.raises(DomainError, match="“other” is no option"):
        signed(case, cast.people[Role.EXECUTIVE], chosen="other")
    assert BusinessCase.objects.get().state == CaseState.DRAFT


def test_a_new_version_asks_for_both_signatures_anew(case: BusinessCase, cast: Cast) -> None:
    signed(case, cast.people[Role.FINANCE])
    old = keep_run(queries.version_of(case), at=AT)
    changed(case, cast.people[Role.FINANCE])
    with pytest.raises(DomainError, match="not of what the case says now"):
        sign_case(
            case, old, chosen="offer", reasons="x", by=cast.people[Role.EXECUTIVE], at=AT,
            expected_version=case.version,
        )  # fmt: skip
    signed(case, cast.people[Role.EXECUTIVE])
    assert BusinessCase.objects.get().state == CaseState.DRAFT


def test_of_two_who_sign_at_once_by_what_they_saw_one_looks_again(
    case: BusinessCase, cast: Cast
) -> None:
    seen = case.version
    signed(case, cast.people[Role.FINANCE], version=seen)
    with pytest.raises(ChangedMeanwhileError):
        signed(BusinessCase.objects.get(), cast.people[Role.EXECUTIVE], version=seen)


def test_a_draft_is_withdrawn_with_a_reason_and_stays_readable(
    case: BusinessCase, cast: Cast
) -> None:
    by = cast.people[Role.FINANCE]
    with pytest.raises(DomainError, match="Say why"):
        withdraw_case(case, reason=" ", by=by, at=AT, expected_version=1)
    withdraw_case(case, reason="Another way was found", by=by, at=AT, expected_version=1)
    assert case_to_read(by, "SURE").state == CaseState.WITHDRAWN
    with pytest.raises(DomainError, match="withdrawn"):
        changed(case, by)


def test_who_may_not_is_refused_and_strangers_find_nothing(case: BusinessCase, cast: Cast) -> None:
    assert not cases_to_read(cast.account_manager).exists()
    with pytest.raises(NotThereError):
        case_to_read(cast.account_manager, "SURE")
    with pytest.raises(NotThereError):
        case_to_read(cast.service_manager, "SURE")
    with pytest.raises(NotAllowedError):
        case_to_change(cast.people[Role.AUDITOR], "SURE")
    with pytest.raises(NotAllowedError):
        signed(case, cast.people[Role.AUDITOR])


def test_a_case_is_about_functions_of_the_portfolio(cast: Cast) -> None:
    desk = ItFunction.objects.create(
        reference="service-desk", title="Service desk", performer="in_house", created_at=AT
    )
    about = SURE.replace("baseline: stay", "functions: [service-desk]\nbaseline: stay")
    made = create_case(read_case(about), by=cast.people[Role.FINANCE], at=AT)
    assert list(made.functions.all()) == [desk]
    assert "functions" not in read_case(SURE).as_document()
    with pytest.raises(DomainError, match="help-desk is no IT function of the portfolio"):
        change_case(
            made, read_case(about.replace("service-desk", "help-desk")), note="", at=AT,
            by=cast.people[Role.FINANCE], expected_version=1,
        )  # fmt: skip
    changed(made, cast.people[Role.FINANCE])
    assert not made.functions.exists()
