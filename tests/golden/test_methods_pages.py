"""The methods pages show the golden tables, and every module's "Why" leads to a page."""

import re
from pathlib import Path

import pytest

from golden.golden_tables import FOLDER, rows

ROOT = FOLDER.parent.parent
PAGES = sorted((ROOT / "docs" / "methods").glob("*.md"))
_TABLE = re.compile(r"<!-- golden: (\S+) -->\n\n((?:\|.*\n?)+)")


def shown(text: str) -> list[tuple[str, list[list[str]]]]:
    """Return the golden tables of a page: name, and cells row by row."""
    return [(name, _cells(table)) for name, table in _TABLE.findall(text)]


def _cells(table: str) -> list[list[str]]:
    lines = table.strip().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_the_very_numbers_of_the_tests(page: Path) -> None:
    for name, (head, _, *body) in shown(page.read_text(encoding="utf-8")):
        golden = rows(name)
        assert head == list(golden[0]), name
        assert body == [list(row.values()) for row in golden], name


def test_every_golden_table_stands_on_a_page() -> None:
    on_pages = {name for page in PAGES for name, _ in shown(page.read_text(encoding="utf-8"))}
    tables = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.csv")}
    assert {name for name in tables if name.partition("/")[0] in METHODS} <= on_pages


METHODS = {page.stem for page in PAGES}


def test_every_why_of_a_module_leads_to_a_page() -> None:
    wanted = {
        (str(module.relative_to(ROOT)), page)
        for module in (ROOT / "src").rglob("*.py")
        for page in re.findall(r"^Why +(docs/\S+\.md)", module.read_text("utf-8"), re.MULTILINE)
    }
    assert wanted
    assert [pair for pair in sorted(wanted) if not (ROOT / pair[1]).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_between_methods_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+\.md)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).is_file(), target
