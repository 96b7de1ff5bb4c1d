"""The documentation of the permission table is what the table says."""

from pathlib import Path

from retained.directory.permission_page import permission_page

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/permissions.md"


def test_the_page_of_the_documentation_is_current() -> None:
    again = "run: bin/retained permissions > docs/reference/permissions.md"
    assert PAGE.read_text(encoding="utf-8") == permission_page(), again


def test_the_page_names_who_may_look_after_people() -> None:
    assert "| `look_after_people` | Administrator |  |" in permission_page()
