"""Commands of IT functions, business functions and appraisals, on a real database."""

from datetime import datetime

import pytest

from retained.audit.models import Entry
from retained.directory.models import Organisation, Person
from retained.shared.errors import ChangedMeanwhileError, DomainError, NotAllowedError
from retained.strategy.commands import business_functions, portfolio
from retained.strategy.commands.appraisals import give_appraisal
from retained.strategy.commands.business_functions import BusinessFunctionDetails
from retained.strategy.engine.function_files import FunctionRefusedError, read_function, with_fields
from retained.strategy.engine.own_or_buy import Question, Way
from retained.strategy.models import Appraisal, BusinessFunction, FunctionVersion, ItFunction
from retained.strategy.queries import appraisals as answered
from retained.strategy.queries.portfolio import newest_version, tree, versions
from strategy.portfolio.conftest import MakeFunction, MakePerson
from strategy.portfolio.function_texts import SERVICE_DESK, function

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[str, int]]:
    return [(row.reference, row.depth) for row in tree(ItFunction.objects.all())]


def test_adding_keeps_the_terms_and_records_their_hash(desk: ItFunction) -> None:
    version = newest_version(desk)
    entry = Entry.objects.get(verb="added", object_kind="IT function")
    assert version.terms == read_function(SERVICE_DESK)
    assert version.sha256 in entry.after
    assert (entry.object_key, desk.performer) == ("service-desk", "provider")


def test_a_reference_is_given_once(desk: ItFunction, lead: Person, at: datetime) -> None:
    with pytest.raises(DomainError, match="There is an IT function service-desk already"):
        portfolio.add_function(read_function(SERVICE_DESK), by=lead, at=at)


@pytest.mark.parametrize("role", ["finance", "legal", "security", "executive", "auditor"])
def test_only_those_who_source_or_manage_services_change_functions(
    person: MakePerson, at: datetime, role: str
) -> None:
    with pytest.raises(NotAllowedError):
        portfolio.add_function(read_function(function("testing")), by=person(role), at=at)


def test_what_leads_nowhere_is_refused_all_at_once(lead: Person, at: datetime) -> None:
    more = "legal_entities: [Nobody B.V.]\nsites: [The Moon]\nsupports: [gambling]\n"
    with pytest.raises(DomainError) as refused:
        portfolio.add_function(read_function(function("testing", more=more)), by=lead, at=at)
    for name in ("Nobody B.V.", "The Moon", "gambling"):
        assert name in refused.value.message
    assert not ItFunction.objects.exists()


def test_a_change_is_a_version_of_its_own(desk: ItFunction, lead: Person, at: datetime) -> None:
    terms = with_fields(newest_version(desk).terms, owner="Femke de Boer")
    portfolio.change_function(desk, terms, note="New owner", by=lead, at=at, expected_version=1)
    newest, first = versions(desk)
    assert (newest.terms.owner, first.terms.owner) == ("Femke de Boer", "Jeroen Kuipers")
    assert (newest.number, newest.note, newest.created_by) == (2, "New owner", "Femke de Boer")


def test_who_comes_late_changes_nothing(desk: ItFunction, lead: Person, at: datetime) -> None:
    terms = with_fields(newest_version(desk).terms, owner="Femke de Boer")
    portfolio.change_function(desk, terms, by=lead, at=at, expected_version=1)
    with pytest.raises(ChangedMeanwhileError):
        portfolio.change_function(
            desk, with_fields(terms, owner="Somebody"), by=lead, at=at, expected_version=1
        )
    assert FunctionVersion.objects.count() == 2


def test_a_change_without_a_difference_is_refused(
    desk: ItFunction, lead: Person, at: datetime
) -> None:
    with pytest.raises(DomainError, match="Nothing differs from version 1"):
        portfolio.change_function(
            desk, newest_version(desk).terms, by=lead, at=at, expected_version=1
        )


def test_a_retired_business_function_keeps_nobody_from_saving(
    desk: ItFunction, payments: BusinessFunction, lead: Person, at: datetime
) -> None:
    business_functions.retire_business_function(payments, by=lead, at=at, expected_version=1)
    terms = with_fields(newest_version(desk).terms, owner="Femke de Boer")
    portfolio.change_function(desk, terms, by=lead, at=at, expected_version=1)
    with pytest.raises(DomainError, match="payments"):
        portfolio.add_function(
            read_function(function("hosting", more="supports: [payments]\n")), by=lead, at=at
        )


def test_the_tree_lists_each_function_after_the_one_above_it(add: MakeFunction) -> None:
    add("users")
    add("hosting")
    add("desk", parent="users")
    add("calls", parent="desk")
    add("devices", parent="users")
    assert rows() == [("hosting", 0), ("users", 0), ("desk", 1), ("calls", 2), ("devices", 1)]


def test_a_function_cannot_be_moved_below_itself_or_what_is_below_it(
    add: MakeFunction, lead: Person, at: datetime
) -> None:
    top, middle, bottom = add("top"), add("middle", parent="top"), add("bottom", parent="middle")
    with pytest.raises(DomainError, match="Bottom stands below Top"):
        portfolio.move_function(top, "bottom", by=lead, at=at, expected_version=1)
    with pytest.raises(FunctionRefusedError, match="below itself"):
        portfolio.move_function(middle, "middle", by=lead, at=at, expected_version=1)
    portfolio.move_function(bottom, "top", by=lead, at=at, expected_version=1)
    portfolio.move_function(middle, "bottom", by=lead, at=at, expected_version=1)
    assert rows() == [("top", 0), ("bottom", 1), ("middle", 2)]
    portfolio.move_function(middle, None, by=lead, at=at, expected_version=2)
    assert ("middle", 0) in rows()


def test_a_function_with_others_below_it_is_not_retired(
    add: MakeFunction, lead: Person, at: datetime
) -> None:
    top, below = add("top"), add("below", parent="top")
    with pytest.raises(DomainError, match="These stand below Top: Below"):
        portfolio.retire_function(top, reason="Gone", by=lead, at=at, expected_version=1)
    with pytest.raises(DomainError, match="Say why"):
        portfolio.retire_function(below, reason=" ", by=lead, at=at, expected_version=1)
    portfolio.retire_function(below, reason="Gone", by=lead, at=at, expected_version=1)
    portfolio.retire_function(top, reason="Gone", by=lead, at=at, expected_version=1)
    assert rows() == []
    with pytest.raises(DomainError, match="bring that back first"):
        portfolio.bring_back_function(below, by=lead, at=at, expected_version=2)
    portfolio.bring_back_function(top, by=lead, at=at, expected_version=2)
    assert rows() == [("top", 0)]


def test_the_catalogue_is_taken_with_what_stands_above_and_only_once(
    add: MakeFunction, lead: Person, at: datetime
) -> None:
    add("infrastructure")
    made = portfolio.take_from_catalogue(["networks", "service-desk"], by=lead, at=at)
    assert [one.reference for one in made] == ["end-user-services", "service-desk", "networks"]
    assert ("networks", 1) in rows()
    with pytest.raises(DomainError, match="not there yet"):
        portfolio.take_from_catalogue(["networks"], by=lead, at=at)
    with pytest.raises(DomainError, match="no astrology"):
        portfolio.take_from_catalogue(["astrology"], by=lead, at=at)


def test_a_business_function_is_added_changed_and_retired(
    payments: BusinessFunction, lead: Person, at: datetime
) -> None:
    details = BusinessFunctionDetails("Payments", "high", 240, 15)
    business_functions.change_business_function(
        payments, details, by=lead, at=at, expected_version=1
    )
    entry = Entry.objects.get(verb="changed", object_kind="business function")
    assert '"criticality":"vital"' in entry.before.replace(" ", "")
    with pytest.raises(DomainError, match="already"):
        business_functions.add_business_function("payments", details, by=lead, at=at)
    business_functions.retire_business_function(payments, by=lead, at=at, expected_version=2)
    business_functions.bring_back_business_function(payments, by=lead, at=at, expected_version=3)
    assert payments.retired_at is None


def test_answers_given_anew_supersede_the_earlier_ones(
    desk: ItFunction, person: MakePerson, at: datetime
) -> None:
    finance, legal = person("finance"), person("legal")
    give_appraisal(desk, dict.fromkeys(Question, 4), by=finance, at=at)
    give_appraisal(desk, dict.fromkeys(Question, 0), by=finance, at=at, note="Looked again")
    give_appraisal(desk, dict.fromkeys(Question, 1), by=legal, at=at)
    sheets = answered.sheets_that_count(desk)
    assert [one.sheet[Question.EDGE] for one in sheets] == [0, 1]
    assert Appraisal.objects.count() == 3
    found = answered.advice_from(sheets)
    assert found is not None
    assert (found.way, found.asked) == (Way.CONTRACT, 2)
    assert answered.advice_by_function() == {desk.pk: found}
    assert Entry.objects.filter(verb="appraised", object_key="service-desk").count() == 3


def test_an_appraisal_answers_every_question(
    desk: ItFunction, lead: Person, person: MakePerson, at: datetime
) -> None:
    with pytest.raises(DomainError, match="open: knowledge"):
        give_appraisal(desk, {Question.EDGE: 1}, by=lead, at=at)
    with pytest.raises(DomainError, match="0 to 4"):
        give_appraisal(desk, dict.fromkeys(Question, 5), by=lead, at=at)
    with pytest.raises(NotAllowedError):
        give_appraisal(desk, dict.fromkeys(Question, 1), by=person("auditor"), at=at)


def test_those_who_may_answer_and_have_not_are_named(
    desk: ItFunction, lead: Person, person: MakePerson, brightdesk: Organisation, at: datetime
) -> None:
    person("finance", name="Anouk Visser")
    person("auditor", name="Marit Postma")
    person("account_manager", of=brightdesk, name="Priya Raman")
    give_appraisal(desk, dict.fromkeys(Question, 2), by=lead, at=at)
    sheets = answered.sheets_that_count(desk)
    assert answered.not_yet_answered(lead, sheets) == ["Anouk Visser"]
