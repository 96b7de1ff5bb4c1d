"""The documentation of the permission table is what the table says."""

from pathlib import Path

from retained.directory.permission_page import permission_page
from retained.directory.queries.permission_rows import permission_rows

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/permissions.md"


def test_the_page_of_the_documentation_is_current() -> None:
    again = "run: bin/retained permissions > docs/reference/permissions.md"
    assert PAGE.read_text(encoding="utf-8") == permission_page(), again


def test_the_page_names_who_may_look_after_people() -> None:
    assert "| `look_after_people` | Administrator |  |" in permission_page()


def test_the_table_says_in_words_what_each_page_and_act_is_for() -> None:
    rows = {row.name: row for row in permission_rows({})}
    assert rows["record GET"].words == "Show who did what to which object, when and why"
    assert rows["month_check POST"].kind_words == "send"
    assert rows["look_after_people"].words == "Look after people"


def test_the_table_is_narrowed_by_words_room_and_kind() -> None:
    found = permission_rows({"words": "auditor", "room": "project", "kind": "act"})
    assert [row.name for row in found] == ["read_record", "verify_record"]
