"""Tables: what a reader asks for is what is shown, exported and paged."""

import io
import itertools
from dataclasses import dataclass

import openpyxl
import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from directory.cast import Cast
from retained.directory.models import Site
from retained.pages import tables
from retained.pages.sources import ListSource, QuerySource
from retained.pages.tables import Column, Filter, Sort, Table


@dataclass(frozen=True)
class Row:
    name: str
    size: int | None = 0


def table_of(rows: list[Row], **more: object) -> Table:
    def source(chosen: dict[str, str]) -> ListSource:
        return ListSource(row for row in rows if chosen.get("q", "") in row.name)

    given = {
        "key": "rows",
        "caption": "Rows",
        "columns": [
            Column("name", "Name", sort="name"),
            Column("size", "Size", kind="number", sort="size"),
        ],
        "filters": [Filter("q", "Holds"), Filter("kind", "Kind", [("a", "A")])],
        "source": source,
        "sort": Sort("name"),
        "page_size": 2,
    }
    return Table(**(given | more))


def names(view: tables.TableView) -> list[str]:
    return [row.name for row in view.page.rows]


ROWS = [Row("b", 1), Row("a", 3), Row("c", 2)]


def test_rows_come_in_the_order_that_the_table_names() -> None:
    assert names(tables.view(table_of(ROWS), {}, path="/")) == ["a", "b"]


def test_a_reader_orders_by_a_column_both_ways() -> None:
    table = table_of(ROWS)
    assert names(tables.view(table, {"sort": "size"}, path="/")) == ["b", "c"]
    assert names(tables.view(table, {"sort": "-size"}, path="/")) == ["a", "c"]


@pytest.mark.parametrize("asked", ["nothing", "-", "name; drop", "__class__", "-password"])
def test_an_order_that_no_column_offers_is_the_usual_one(asked: str) -> None:
    assert names(tables.view(table_of(ROWS), {"sort": asked}, path="/")) == ["a", "b"]


def test_a_choice_that_is_not_offered_counts_as_none() -> None:
    assert tables.view(table_of(ROWS), {"kind": "z"}, path="/").chosen["kind"] == ""


def test_paging_leads_forward_and_back_and_keeps_filter_and_order() -> None:
    rows = [Row(f"n{index}", index) for index in range(5)]
    first = tables.view(table_of(rows), {"q": "n", "sort": "-size"}, path="/rows/")
    assert first.after_url == "/rows/?q=n&sort=-size&page=2"
    second = tables.view(table_of(rows), {"q": "n", "sort": "-size", "page": "2"}, path="/rows/")
    assert (names(first), names(second)) == (["n4", "n3"], ["n2", "n1"])
    assert second.before_url == "/rows/?q=n&sort=-size&page=0"


def test_a_second_click_on_a_heading_turns_the_order() -> None:
    view = tables.view(table_of(ROWS), {"sort": "size"}, path="/")
    assert [(header.direction, header.url) for header in view.headers] == [
        ("none", "/?sort=name"),
        ("ascending", "/?sort=-size"),
    ]


def test_what_has_no_value_comes_last_either_way() -> None:
    rows = [Row("a", None), Row("b", 2), Row("c", 1)]
    for asked, order in (("size", ["c", "b", "a"]), ("-size", ["b", "c", "a"])):
        view = tables.view(table_of(rows, page_size=9), {"sort": asked}, path="/")
        assert names(view) == order


def test_an_export_holds_every_row_as_narrowed_and_ordered() -> None:
    rows = [Row(f"n{index}", index) for index in range(5)] + [Row("other")]
    asked = {"q": "n", "sort": "-size", "format": "csv"}
    request = RequestFactory().get("/rows/", asked)
    response = tables.respond(request, table_of(rows), "unused.html", {})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.split("\r\n") == ["Name,Size", "n4,4", "n3,3", "n2,2", "n1,1", "n0,0", ""]
    assert response["Content-Disposition"] == 'attachment; filename="rows.csv"'


def test_a_workbook_holds_texts_as_texts_and_figures_as_figures() -> None:
    request = RequestFactory().get("/", {"format": "xlsx"})
    response = tables.respond(request, table_of([Row("=1+1", 7)]), "unused.html", {})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content))["Rows"]
    cells = [(cell.value, cell.data_type) for cell in sheet[2]]
    assert cells == [("=1+1", "s"), (7, "n")]


def test_an_unknown_format_is_refused() -> None:
    request = RequestFactory().get("/", {"format": "exe"})
    assert tables.respond(request, table_of(ROWS), "unused.html", {}).status_code == 422


def test_htmx_gets_the_table_alone(rf: RequestFactory) -> None:
    headers = {"HX-Request-Type": "partial", "HX-Target": "div#table-rows"}
    response = tables.respond(rf.get("/", headers=headers), table_of(ROWS), "absent.html", {})
    text = response.content.decode()
    assert text.startswith('<div id="table-rows"')
    assert "<form" not in text


def test_a_narrowed_table_without_rows_says_how_to_see_all(rf: RequestFactory) -> None:
    headers = {"HX-Request-Type": "partial", "HX-Target": "div#table-rows"}
    request = rf.get("/rows/", {"q": "zzz"}, headers=headers)
    text = tables.respond(request, table_of(ROWS), "absent.html", {}).content.decode()
    assert "No row fits" in text
    assert 'href="/rows/"' in text


def test_what_people_wrote_is_never_markup(rf: RequestFactory) -> None:
    headers = {"HX-Request-Type": "partial", "HX-Target": "div#table-rows"}
    rows = [Row("<script>alert(1)</script>")]
    text = tables.respond(rf.get("/", headers=headers), table_of(rows), "absent.html", {})
    assert "<script>" not in text.content.decode()


@given(
    sizes=st.lists(st.integers(0, 3), max_size=12),
    page_size=st.integers(1, 5),
    falling=st.booleans(),
)
def test_pages_of_a_list_together_are_the_list(
    sizes: list[int], page_size: int, falling: bool
) -> None:
    source = ListSource(Row(str(index), size) for index, size in enumerate(sizes))
    sort = Sort("size", falling)
    seen, cursor = [], ""
    while True:
        page = source.page(sort, cursor=cursor, size=page_size)
        seen += page.rows
        cursor = page.after
        if not cursor:
            break
    assert seen == source.everything(sort)


@pytest.fixture
def sites(cast: Cast) -> list[Site]:
    Site.objects.all().delete()
    zones = ("Europe/Berlin", "Asia/Kolkata", "UTC")
    return Site.objects.bulk_create(
        Site(organisation=cast.own, name=f"Yard {n:02}", time_zone=zones[n % 3]) for n in range(23)
    )


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("name", ["name", "time_zone", "organisation__created_at"])
def test_pages_of_a_query_lead_through_every_row_and_back(
    sites: list[Site], name: str, falling: bool
) -> None:
    source, sort = QuerySource(Site.objects.all()), Sort(name, falling)
    pages, cursor = [], ""
    while True:
        pages.append(source.page(sort, cursor=cursor, size=5))
        cursor = pages[-1].after
        if not cursor:
            break
    forward = [row.pk for page in pages for row in page.rows]
    assert forward == [row.pk for row in source.everything(sort)]
    assert len(set(forward)) == len(sites)
    for earlier, later in itertools.pairwise(pages):
        back = source.page(sort, cursor=later.before, size=5)
        assert [row.pk for row in back.rows] == [row.pk for row in earlier.rows]
    assert not pages[0].before
    assert not source.page(sort, cursor=pages[1].before, size=5).before


def test_a_page_of_a_query_costs_one_query_however_deep(
    sites: list[Site], django_assert_num_queries: object
) -> None:
    source, sort = QuerySource(Site.objects.all()), Sort("name")
    cursor = ""
    for _ in range(4):
        with django_assert_num_queries(1) as asked:
            cursor = source.page(sort, cursor=cursor, size=5).after
        assert "OFFSET" not in asked.captured_queries[0]["sql"].upper()


@pytest.mark.parametrize("cursor", ["x", "????", "W10=", "WyJzdHIiXQ==", "-1", "é"])
def test_a_broken_cursor_is_the_beginning(sites: list[Site], cursor: str) -> None:
    source, sort = QuerySource(Site.objects.all()), Sort("name")
    assert source.page(sort, cursor=cursor, size=1).rows[0].name == "Yard 00"
    assert ListSource(ROWS).page(sort, cursor=cursor, size=1).rows == [Row("a", 3)]


def test_a_row_that_changed_meanwhile_does_not_hide_others(sites: list[Site]) -> None:
    source, sort = QuerySource(Site.objects.all()), Sort("name")
    first = source.page(sort, cursor="", size=5)
    Site.objects.filter(pk__in=[row.pk for row in first.rows]).delete()
    assert source.page(sort, cursor=first.after, size=5).rows[0].name == "Yard 05"


def test_rows_of_a_query_are_made_a_page_at_a_time(sites: list[Site]) -> None:
    seen: list[int] = []

    def named(models: list[Site]) -> list[str]:
        seen.append(len(models))
        return [model.name.upper() for model in models]

    source = QuerySource(Site.objects.all(), named)
    everything = list(source.everything(Sort("name")))
    assert (everything[0], len(everything)) == ("YARD 00", 23)
    assert source.page(Sort("name"), cursor="", size=5).rows[-1] == "YARD 04"
    assert seen == [23, 5]


def test_a_table_that_is_not_alone_leaves_the_rest_of_the_address_as_it_is() -> None:
    asked = {"question": "why", "rows-sort": "-size", "others-sort": "name", "q": "b"}
    shown = tables.view(table_of(ROWS, is_alone=False), asked, path="/")
    assert names(shown) == ["b"]
    assert shown.csv_url == (
        "/?question=why&others-sort=name&q=b&rows-sort=-size&format=csv&table=rows"
    )
    assert shown.all_url == "/?question=why&others-sort=name"
    alone = tables.view(table_of(ROWS), asked, path="/")
    assert alone.csv_url == "/?q=b&format=csv&table=rows"
