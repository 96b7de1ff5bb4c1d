"""What changed between two versions of a case, in sentences.

In   two versions of the terms
Out  one sentence for each thing that was added, taken out or changed; none when they are equal
Why  docs/guide/business-case.md
"""

from collections.abc import Iterator, Mapping
from typing import Any

from retained.strategy.engine.case_terms import CaseTerms

_APART = {"schema", "assumptions", "options", "together", "decisions"}
_LABELS = {"from": "first month", "months": "months of the term", "fiscal_year_from": "fiscal year"}


def case_differences(before: CaseTerms, after: CaseTerms) -> list[str]:
    """Return everything that differs, in the order of the document."""
    old, new = before.as_document(), after.as_document()
    return [
        *_changes("", _without(old, _APART), _without(new, _APART)),
        *_named("Assumption", old.get("assumptions", {}), new.get("assumptions", {})),
        *_together(old, new),
        *_options(old["options"], new["options"]),
        *_named("Decision", old.get("decisions", {}), new.get("decisions", {})),
    ]


def _without(document: Mapping[str, Any], left_out: set[str]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in left_out}


def _options(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    yield from _come_and_gone("Option", old, new)
    for key in (key for key in new if key in old):
        title = new[key]["title"]
        yield from _changes(
            f"Option {title}", _without(old[key], {"lines"}), _without(new[key], {"lines"})
        )
        yield from _named(f"{title}, line", old[key]["lines"], new[key]["lines"])


def _together(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old.get("together", []) != new.get("together", []):
        yield "Which assumptions move together was changed."


def _named(noun: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    yield from _come_and_gone(noun, old, new)
    for key in (key for key in new if key in old):
        yield from _changes(f"{noun} {_title(new, key)}", old[key], new[key])


def _come_and_gone(noun: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{noun} {_title(new, key)} was added." for key in new if key not in old)
    yield from (f"{noun} {_title(old, key)} was taken out." for key in old if key not in new)


def _title(named: Mapping[str, Any], key: str) -> str:
    return f"“{named[key].get('title') or key.replace('_', ' ')}”"


def _changes(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each field that differs."""
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        if was != now:
            label = _LABELS.get(key, key.replace("_", " "))
            about = f"{what}: {label}" if what else label.capitalize()
            if isinstance(was, Mapping) and isinstance(now, Mapping):
                yield from _changes(about, was, now)
                continue
            yield f"{about} was {_text(was)}, and is {_text(now)}."


def _text(value: Any) -> str:
    if value is None:
        return "not said"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {_text(part)}" for key, part in value.items())
    return str(value)
