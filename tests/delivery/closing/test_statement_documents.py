"""The frozen document, held to its published schema and to the methods page's worked month."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from delivery.conftest import Story
from delivery.earned_back_story import SEPTEMBER, close_until, make_earned_back_story
from delivery.months_closed import checked
from directory.cast import Cast
from golden.golden_tables import rows
from retained.delivery.commands import measuring
from retained.delivery.commands.closing import document_of
from retained.delivery.engine.statements import canonical
from retained.delivery.queries.statements import content
from retained.shared import clock
from retained.shared.months import Month

SCHEMA = Path(__file__).parents[3] / "docs/reference/schemas/statement-1.schema.json"
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "null": type(None), "object": dict, "array": list,
    "boolean": bool,
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], place: str = "") -> list[str]:
    """Return where a value breaks a schema: the few keywords that ours uses."""
    if "anyOf" in schema:
        return min((faults(value, one, place) for one in schema["anyOf"]), key=len)
    if "const" in schema:
        return [] if value == schema["const"] else [f"{place}: {value!r}"]
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, _TYPES[name]) for name in names):
        return [f"{place}: {value!r} is no {names}"]
    if isinstance(value, dict):
        return _faults_of_an_object(value, schema, place)
    found = []
    if isinstance(value, list):
        for index, part in enumerate(value):
            found += faults(part, schema["items"], f"{place}[{index}]")
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{place}: {value!r} is not like {schema['pattern']}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place}: {value!r} is none of {schema['enum']}")
    return found


def _faults_of_an_object(value: dict[str, Any], schema: dict[str, Any], place: str) -> list[str]:
    found = []
    missing = set(schema["required"]) - set(value)
    if missing:
        found.append(f"{place}: {missing}")
    for name, part in value.items():
        found += faults(part, schema["properties"].get(name, {"type": []}), f"{place}.{name}")
    return found


def test_the_document_fulfils_the_published_schema(story: Story) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    document = json.loads(checked(story).document)
    assert faults(document, schema) == []
    document["month"], document["extra"] = "October", 1
    assert len(faults(document, schema)) == 2, "the schema refuses what does not belong"
    assert "earned_back" not in document, "as before, byte for byte, where nobody agreed on it"


def test_what_is_earned_back_fulfils_the_published_schema(cast: Cast) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    story = make_earned_back_story(cast)
    close_until(story, SEPTEMBER)
    document = json.loads(checked(story).document)
    assert faults(document, schema) == []
    del document["earned_back"]["lines"][0]["because_of"]
    assert len(faults(document, schema)) == 1


def test_the_worked_month_of_the_methods_page_is_what_comes_out(story: Story) -> None:
    stated = content(checked(story))
    *golden, together = rows("month-close/october.csv")
    for level, row in zip(stated.levels, golden, strict=True):
        assert level.credit is not None
        found = (level.title, str(level.met), str(level.counted), level.attained, level.verdict)
        assert found == tuple(row.values())[:5]
        assert level.credit.amount.amount == Decimal(row["credit"])
        assert level.credit.after_cap.amount == Decimal(row["owed"])
    assert stated.before_cap.amount == Decimal(together["credit"])
    assert stated.owed.amount == Decimal(together["owed"])


def test_the_same_inputs_give_the_same_bytes(story: Story) -> None:
    close = checked(story)
    measuring._last.clear()
    seen = measuring.look(story.agreement, at=clock.now())
    assert canonical(document_of(story.agreement, Month(2026, 10), seen)) == close.document
