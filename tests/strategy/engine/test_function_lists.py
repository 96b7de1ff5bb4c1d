"""A list of functions: what its rows make, and every remark at once, by row and column."""

from collections.abc import Sequence

from retained.strategy.engine.catalogue import catalogue
from retained.strategy.engine.function_columns import COLUMNS, guessed_columns, mapping_faults
from retained.strategy.engine.function_files import function_of, read_function, write_function
from retained.strategy.engine.function_sheets import FunctionList, Known, functions_in, sheet_rows
from retained.strategy.engine.function_table import list_rows
from strategy.portfolio.function_texts import SERVICE_DESK, function

TITLES = [one.title for one in COLUMNS]


def read(rows: Sequence[dict[str, str]], known: Known | None = None) -> FunctionList:
    """Read rows that are written by role; the header is row 1."""
    mapping = {one.role: one.title for one in COLUMNS}
    cells = [[row.get(one.role, "") for one in COLUMNS] for row in rows]
    numbered = list(enumerate(cells, start=2))
    return functions_in(sheet_rows(TITLES, numbered, mapping), mapping, known or Known())


def told(found: FunctionList) -> list[tuple[int | None, str]]:
    return [(one.place.row, one.place.column) for one in found.remarks]


def test_columns_are_known_by_their_titles_in_any_spelling() -> None:
    assert guessed_columns(TITLES) == {one.role: one.title for one in COLUMNS}
    guessed = guessed_columns(["Service", "FTE", "Cost per FTE", "Shoe size", "ID"])
    assert guessed == {
        "title": "Service", "number": "FTE", "yearly_cost": "Cost per FTE", "reference": "ID",
    }  # fmt: skip


def test_a_mapping_names_the_function_and_columns_that_are_there() -> None:
    assert mapping_faults({"title": "Service"}, ["Service"]) == []
    faults = mapping_faults({"owner": "Boss", "magic": "Service"}, ["Service"])
    assert len(faults) == 3


def test_a_title_alone_is_a_function() -> None:
    found = read([{"title": "Service desk"}])
    assert found.is_sound
    assert [one.reference for one in found.terms] == ["service-desk"]


def test_rows_of_one_reference_add_people_and_counts() -> None:
    found = read(
        [
            {"title": "Networks", "reference": "net", "currency": "EUR", "role": "Engineer",
             "number": "1,5", "yearly_cost": "80000", "volume": "Sites", "month": "2026-01-01",
             "count": "41", "growth": "0.02", "performer": "Outsourced", "performed_by": "A; B"},
            {"reference": "net", "role": "Lead", "number": "1", "yearly_cost": "99000",
             "volume": "Sites", "month": "2026-02", "count": "42"},
        ]
    )  # fmt: skip
    assert found.remarks == ()
    [terms] = found.terms
    document = terms.as_document()
    assert document["performed_by"] == ["A", "B"]
    assert [(one["role"], one["number"]) for one in document["people"]] == [
        ("Engineer", "1.5"), ("Lead", "1"),
    ]  # fmt: skip
    assert document["volumes"]["sites"] == {
        "title": "Sites", "history": {"2026-01": "41", "2026-02": "42"}, "growth": "2 %",
    }  # fmt: skip


def test_every_fault_is_told_with_its_row_and_column() -> None:
    found = read(
        [
            {"title": "Networks", "number": "many", "role": "Engineer", "kinds": "gossip"},
            {"owner": "Nobody's"},
            {"title": "Networks", "owner": "A"},
            {
                "title": "Networks",
                "owner": "B",
                "yearly_cost": "61,000",
                "role": "X",
                "number": "1",
            },
            {"title": "Hosting", "parent": "nowhere", "sites": "The Moon"},
        ]
    )
    assert told(found) == [
        (2, "Data"), (2, "Full-time people"), (3, "IT function"), (5, "Owner"),
        (5, "Yearly cost of one"), (6, "Below"), (6, "Sites"),
    ]  # fmt: skip
    assert not found.is_sound


def test_those_above_come_first_whatever_the_order_of_the_rows() -> None:
    found = read([{"title": "c", "parent": "b"}, {"title": "b", "parent": "a"}, {"title": "a"}])
    assert [one.reference for one in found.terms] == ["a", "b", "c"]


def test_a_circle_is_told() -> None:
    found = read([{"title": "a", "parent": "b"}, {"title": "b", "parent": "a"}])
    assert told(found) == [(2, "Below"), (3, "Below")]


def test_what_a_list_does_not_say_stays_as_it_was() -> None:
    before = function_of(
        {"schema": "retained/function/1", "reference": "net", "title": "Networks",
         "owner": "Jeroen", "people": [{"role": "Engineer", "number": "3"}],
         "options": {"x": {"title": "X"}}}
    )  # fmt: skip
    known = Known(functions={"net": before})
    [terms] = read([{"title": "Networks", "reference": "net", "owner": "Femke"}], known).terms
    assert write_function(terms) == write_function(before).replace("Jeroen", "Femke")


def test_a_list_may_stand_below_what_is_there() -> None:
    known = Known(
        functions={"infra": read_function(function("infra"))}, sites=frozenset({"Utrecht"})
    )
    assert read([{"title": "a", "parent": "infra", "sites": "Utrecht"}], known).is_sound


def test_what_is_there_written_as_a_list_and_sent_back_changes_nothing() -> None:
    desk = read_function(SERVICE_DESK)
    there = {**catalogue(), desk.reference: desk}
    known = Known(
        functions=there,
        legal_entities=frozenset(desk.legal_entities),
        sites=frozenset(desk.sites),
        supports=frozenset(desk.supports),
    )
    found = read(list(list_rows(there.values())), known)
    assert found.remarks == ()
    assert {one.reference: one for one in found.terms} == there


def test_a_retired_function_is_told() -> None:
    assert told(read([{"title": "Fax"}], Known(retired=frozenset({"fax"})))) == [(2, "Reference")]
