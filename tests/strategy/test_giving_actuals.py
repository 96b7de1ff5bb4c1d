"""Giving a signed case what came true: once, to the cent, looked at, replaced and withdrawn."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from directory.cast import AT, Cast
from retained.audit.models import Entry as RecordEntry
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.files.models import StoredFile
from retained.jobs.models import JobRun
from retained.shared.errors import ChangedMeanwhileError, DomainError, NotAllowedError
from retained.shared.money import Money
from retained.shared.months import Month
from retained.strategy.commands.actuals import (
    discard_actuals,
    give_actuals,
    let_count,
    set_actuals_mapping,
    take_actuals,
    withdraw_actuals,
)
from retained.strategy.engine.actuals_terms import ActualsRefusedError, read_actuals_mapping
from retained.strategy.models import ActualEntry, ActualsFile, BusinessCase
from retained.strategy.queries.actuals import (
    actuals_now,
    entries_behind,
    entry_rows,
    file_rows,
    files_of,
    mapping_of,
    signed_terms,
)
from strategy.signed_cases import LEDGER, MAPPING, PEOPLE, lived_case, sent, signed_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(cast: Cast) -> Person:
    return cast.people[Role.FINANCE]


@pytest.fixture
def signed(cast: Cast, by: Person) -> BusinessCase:
    case = signed_case(cast)
    set_actuals_mapping(case, read_actuals_mapping(MAPPING), by=by, at=AT, expected_number=0)
    return case


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def verbs(case: BusinessCase) -> list[str]:
    found = RecordEntry.objects.filter(object_key=case.reference).order_by("pk")
    return [entry.verb for entry in found]


def kept_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT, "actuals").rglob("*") if path.is_file()]


def test_a_ledger_is_kept_to_the_cent_and_counts(signed: BusinessCase, by: Person) -> None:
    given = give_actuals(signed, sent(LEDGER), control=euros("392.34"), by=by, at=AT)
    assert given.is_new
    assert given.file.counts
    actuals = actuals_now(signed)
    assert actuals is not None
    assert actuals.lines["offer.fee"] == {
        Month(2026, 1): euros("95.00"),
        Month(2026, 2): euros("190.00"),
        Month(2026, 3): euros("95.00"),
    }
    assert actuals.unmapped == {"4990": euros("12.34")}
    assert actuals.total == euros("392.34")
    assert verbs(signed)[-2:] == ["took in actuals", "gave actuals"]
    [row] = file_rows(files_of(signed), "EUR")
    assert (row.state, row.first, row.last, row.total) == (
        "counts", "2026-01", "2026-03", euros("392.34"),
    )  # fmt: skip


def test_the_entry_rows_behind_a_line_are_its_rows(signed: BusinessCase, by: Person) -> None:
    give_actuals(signed, sent(LEDGER), by=by, at=AT)
    fee = entry_rows(entries_behind(signed, "offer.fee")[:3], "EUR")
    assert [(entry.file, entry.row, entry.text) for entry in fee] == [
        ("ledger.csv", 2, "Fee January"),
        ("ledger.csv", 3, "Fee February"),
        ("ledger.csv", 4, "Fee February, twice"),
    ]
    assert [entry.text for entry in entries_behind(signed, "unmapped")] == ["Flowers"]


def test_the_same_file_twice_changes_nothing(signed: BusinessCase, by: Person) -> None:
    first = give_actuals(signed, sent(LEDGER), by=by, at=AT)
    before = (RecordEntry.objects.count(), len(kept_files()))
    again = give_actuals(signed, sent(LEDGER, "renamed.csv"), by=by, at=AT)
    assert (again.file.pk, again.is_new) == (first.file.pk, False)
    assert ActualsFile.objects.count() == 1
    assert len(kept_files()) == before[1]
    assert verbs(signed).count("gave actuals") == 1


def test_a_control_total_that_differs_keeps_nothing(signed: BusinessCase, by: Person) -> None:
    with pytest.raises(DomainError, match=r"add up to 392.34 EUR, and the control total is 392.35"):
        give_actuals(signed, sent(LEDGER), control=euros("392.35"), by=by, at=AT)
    assert not ActualsFile.objects.exists()
    assert not StoredFile.objects.filter(folder="actuals").exists()
    assert not kept_files()


def test_a_file_waits_for_a_look_and_may_be_discarded(signed: BusinessCase, by: Person) -> None:
    waiting = take_actuals(signed, sent(LEDGER), by=by, at=AT).file
    assert file_rows(files_of(signed), "EUR")[0].state == "waits for a look"
    actuals = actuals_now(signed)
    assert actuals is not None
    assert not actuals.total
    discard_actuals(waiting, reason="Another year", by=by, at=AT)
    assert not ActualsFile.objects.exists()
    assert not ActualEntry.objects.exists()
    assert verbs(signed)[-1] == "discarded actuals"


def test_a_wrong_file_is_replaced_and_stays_readable(signed: BusinessCase, by: Person) -> None:
    wrong = give_actuals(signed, sent(LEDGER), by=by, at=AT).file
    right = LEDGER.replace("Fee March;190,00", "Fee March;285,00")
    waiting = take_actuals(signed, sent(right), replaces=wrong, by=by, at=AT).file
    before = actuals_now(signed)
    let_count(waiting, by=by, at=AT)
    after = actuals_now(signed)
    assert before is not None
    assert after is not None
    assert (before.total, after.total) == (euros("392.34"), euros("487.34"))
    wrong.refresh_from_db()
    assert wrong.superseded_at == AT
    assert wrong.entries.exists()
    with pytest.raises(DomainError, match="counts already, or was withdrawn"):
        let_count(waiting, by=by, at=AT)


def test_a_withdrawn_file_counts_no_more_and_may_come_again(
    signed: BusinessCase, by: Person
) -> None:
    given = give_actuals(signed, sent(LEDGER), by=by, at=AT).file
    with pytest.raises(DomainError, match="Say why"):
        withdraw_actuals(given, reason=" ", by=by, at=AT)
    withdraw_actuals(given, reason="Another department", by=by, at=AT)
    actuals = actuals_now(signed)
    assert actuals is not None
    assert not actuals.total
    with pytest.raises(DomainError, match="does not count"):
        withdraw_actuals(given, reason="Again", by=by, at=AT)
    assert give_actuals(signed, sent(LEDGER), by=by, at=AT).is_new
    with pytest.raises(DomainError, match="withdraw it with a reason"):
        discard_actuals(ActualsFile.objects.get(superseded_at=None), reason="", by=by, at=AT)


def test_two_files_that_contradict_each_other_are_refused(signed: BusinessCase, by: Person) -> None:
    give_actuals(signed, sent(PEOPLE, "people.csv"), by=by, at=AT)
    other = PEOPLE.replace("2026-01;10", "2026-01;11")
    with pytest.raises(ActualsRefusedError, match=r"people is 1[01] in January 2026 here, and 1"):
        give_actuals(signed, sent(other, "other.csv"), by=by, at=AT)
    assert ActualsFile.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("Day;Account\n", "ledger.csv", "as a ledger it lacks Centre, Text, Amount"),
        ("Day;Account;Centre;Text;Amount\nx;1;1;;1\n", "ledger.csv", "No row of the file can be"),
        ("Month;People\n", "people.csv", "it has only a header"),
        ("%PDF-1.7", "ledger.pdf", "is no table that can be read"),
    ],
)
def test_what_cannot_be_read_leaves_nothing(
    signed: BusinessCase, by: Person, text: str, name: str, sentence: str
) -> None:
    with pytest.raises(DomainError) as refused:
        give_actuals(signed, sent(text, name), by=by, at=AT)
    assert sentence in str(refused.value)
    assert not ActualsFile.objects.exists()
    assert not kept_files()


def test_a_mapping_must_fit_what_was_signed_and_differ(signed: BusinessCase, by: Person) -> None:
    mapping = read_actuals_mapping(MAPPING)
    with pytest.raises(DomainError, match="Nothing differs from mapping 1"):
        set_actuals_mapping(signed, mapping, by=by, at=AT, expected_number=1)
    with pytest.raises(ChangedMeanwhileError):
        set_actuals_mapping(signed, mapping, by=by, at=AT, expected_number=0)
    wrong = read_actuals_mapping(MAPPING.replace("offer.fee", "offer.fees"))
    with pytest.raises(ActualsRefusedError, match=r"“offer.fees” is no line"):
        set_actuals_mapping(signed, wrong, by=by, at=AT, expected_number=1)


def test_another_mapping_moves_what_is_there_already(signed: BusinessCase, by: Person) -> None:
    give_actuals(signed, sent(LEDGER), by=by, at=AT)
    wider = read_actuals_mapping(MAPPING.replace('["4310"]', '["4310", "49*"]'))
    assert set_actuals_mapping(signed, wider, by=by, at=AT, expected_number=1).number == 2
    actuals = actuals_now(signed)
    assert actuals is not None
    assert not actuals.unmapped
    newest = mapping_of(signed)
    assert newest is not None
    assert newest.number == 2


def test_a_draft_takes_nothing(cast: Cast, case: BusinessCase, by: Person) -> None:
    with pytest.raises(DomainError, match="not signed"):
        set_actuals_mapping(case, read_actuals_mapping(MAPPING), by=by, at=AT, expected_number=0)
    with pytest.raises(DomainError, match="not signed"):
        signed_terms(case)
    assert actuals_now(case) is None
    assert not entries_behind(case, "offer.fee").exists()


def test_files_come_after_the_mapping(cast: Cast, by: Person) -> None:
    with pytest.raises(DomainError, match="Say first how files are read"):
        give_actuals(signed_case(cast), sent(LEDGER), by=by, at=AT)


def test_only_who_may_gives_actuals(signed: BusinessCase, cast: Cast, by: Person) -> None:
    given = give_actuals(signed, sent(LEDGER), by=by, at=AT).file
    auditor = cast.people[Role.AUDITOR]
    mapping = read_actuals_mapping(MAPPING)
    for act in (
        lambda: set_actuals_mapping(signed, mapping, by=auditor, at=AT, expected_number=1),
        lambda: give_actuals(signed, sent(PEOPLE, "people.csv"), by=auditor, at=AT),
        lambda: let_count(given, by=auditor, at=AT),
        lambda: discard_actuals(given, reason="x", by=auditor, at=AT),
        lambda: withdraw_actuals(given, reason="x", by=auditor, at=AT),
    ):
        with pytest.raises(NotAllowedError):
            act()


def test_each_change_asks_for_a_re_run(cast: Cast) -> None:
    lived_case(cast)
    asked = JobRun.objects.filter(kind__endswith="rerun_case_job")
    assert asked.count() == 3
