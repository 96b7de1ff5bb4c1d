"""What changed between two versions of an agreement, in sentences.

In   two versions of the terms
Out  one sentence for each thing that was added, taken out or changed; none when they are equal
Why  docs/guide/agreements.md
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.sentences.words import begun, counted, listed

_LABELS = {
    "from": "first day",
    "until": "last day",
    "by_months": "months of renewal",
    "notice_months": "months of notice",
    "within_days": "days to answer a statement",
    "credit_base": "monthly amount",
    "amount": "monthly amount",
    "months": "amount of",
    "at_risk": "share at risk",
    "tickets": "tickets with",
    "targets": "target of",
    "expected": "expected level",
    "minimum": "minimum level",
    "month_of": "month is that of",
    "pauses_in": "pauses in",
    "starts": "starts when",
    "stops": "stops when",
    "on_reopening": "what a reopening does",
    "priority": "priority that counts",
    "round_to": "digits that figures are rounded to",
    "older_than": "age that counts",
    "allocation": "share of the amount at risk",
    "below_expected": "share owed below expected",
    "below_minimum": "share owed below minimum",
    "hours": "hours",
    "added": "day added",
    "removed": "days taken out",
}
Path = tuple[str, ...]
_PARTS = (("calendars", "Calendar"), ("clocks", "Clock"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: the part of the agreement that it is about, and the sentence."""

    part: str
    sentence: str


def differences(before: AgreementTerms, after: AgreementTerms) -> list[Difference]:
    """Return everything that differs, in the order of the document."""
    old, new = before.as_document(), after.as_document()
    found = list(_plain(old, new))
    for key, noun in _PARTS:
        found += _named(noun, old.get(key, {}), new.get(key, {}))
    found += _named("Service level", _by_id(old["service_levels"]), _by_id(new["service_levels"]))
    found += _credits(old.get("credits") or {}, new.get("credits") or {})
    return found


def _plain(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what differs outside of calendars, clocks, service levels and credits."""
    listed_apart = {"schema", "calendars", "clocks", "service_levels", "credits"}
    for key in _keys(old, new):
        if key not in listed_apart:
            yield from _changes(
                "Agreement", _flat(old.get(key), (key,)), _flat(new.get(key), (key,))
            )


def _credits(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what differs in what holds for all credits; triggers are told one by one."""
    rest_old = {key: value for key, value in old.items() if key != "triggers"}
    rest_new = {key: value for key, value in new.items() if key != "triggers"}
    yield from _changes("Credits", _flat(rest_old), _flat(rest_new))
    yield from _named("Right", _by_id(old.get("triggers", ())), _by_id(new.get("triggers", ())))


def _named(noun: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what differs among parts that have a name."""
    for name in _keys(old, new):
        part = f"{noun} “{_title(old.get(name), new.get(name)) or name}”"
        if name not in old:
            yield Difference(part, f"{part} is new.")
        elif name not in new:
            yield Difference(part, f"{part} is taken out.")
        else:
            yield from _changes(part, _flat(old[name]), _flat(new[name]))


def _changes(part: str, old: Mapping[Path, str], new: Mapping[Path, str]) -> Iterator[Difference]:
    """Yield one sentence for each value that differs."""
    for path in _keys(old, new):
        before, after = old.get(path), new.get(path)
        if before == after:
            continue
        label = _label(path)
        if before is None:
            said = f"{label}: now {after}"
        elif after is None:
            said = f"{label}: no longer {before}"
        else:
            said = f"{label}: {after} instead of {before}"
        yield Difference(
            part, begun(f"{part}: {said}.") if part != "Agreement" else f"{begun(said)}."
        )


def _flat(value: Any, path: Path = ()) -> dict[Path, str]:
    """Return a value's leaves as words, each under its path; lists of plain values are a leaf."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        leaves: dict[Path, str] = {}
        for key, inner in value.items():
            read = _SPECIAL.get(key)
            leaves |= read(inner) if read else _flat(inner, (*path, str(key)))
        return leaves
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        items = [", ".join(f"{_label((k,))} {v}" for k, v in item.items()) for item in value]
        return {path: "; ".join(items)}
    if isinstance(value, list):
        return {path: listed([_word(item) for item in value])}
    return {path: _word(value)}


def _holidays(value: Any) -> dict[Path, str]:
    """Return whose holidays count, and the number of days frozen for a year.

    The days stand in the key: other days of the same number are a change too.
    """
    if not isinstance(value, Mapping):
        return {("public holidays",): str(value)}
    place = "-".join(filter(None, (value.get("country"), value.get("subdivision"))))
    leaves: dict[Path, str] = {("public holidays",): place} if place else {}
    for year, days in value.get("frozen", {}).items():
        leaves[("frozen holidays of", year, *days)] = counted(len(days), "day")
    return leaves


def _calendar(value: Any) -> dict[Path, str]:
    """Return which calendar a clock runs on, usually and by priority or service."""
    if not isinstance(value, Mapping):
        return {("calendar",): str(value)}
    leaves: dict[Path, str] = {("calendar",): value["default"]}
    for kind in ("priority", "service"):
        for name, calendar in value.get(kind, {}).items():
            leaves[(f"calendar of {kind}", name)] = calendar
    return leaves


def _earn_back(value: Any) -> dict[Path, str]:
    """Return how credits are earned back, each part under words of its own."""
    return {(_EARN_BACK_LABELS[name],): leaf for (name,), leaf in _flat(value).items()}


_EARN_BACK_LABELS = {
    "following_months": "months after a miss that earn its credit back",
    "contract_year": "credits earned back by the contract year",
    "at_least": "level that earns a credit back",
    "at_most": "most of a credit that is earned back",
    "not_below_minimum": "no earn-back of a month below minimum",
    "not_critical": "no earn-back of critical service levels",
    "service_levels": "service levels whose credits can be earned back",
}
_SPECIAL = {"holidays": _holidays, "calendar": _calendar, "earn_back": _earn_back}
_WITH_KEYS = {
    "targets", "tickets", "months", "hours", "added",
    "frozen holidays of", "calendar of priority", "calendar of service",
}  # fmt: skip


def _label(path: Path) -> str:
    """Return a path of fields as words: target of 1.

    The name of a group says nothing beside its field: renewal, months of notice.
    """
    words = [_LABELS.get(name, name.replace("_", " ")) for name in path]
    keyed = [number for number, name in enumerate(path[:-1]) if name in _WITH_KEYS]
    return " ".join(words[keyed[-1] : keyed[-1] + 2]) if keyed else words[-1]


def _word(value: Any) -> str:
    return "yes" if value is True else "no" if value is False else str(value).replace("_", " ")


def _title(*versions: Any) -> str:
    """Return the newest title that a part has."""
    titles = [part["title"] for part in versions if isinstance(part, Mapping) and "title" in part]
    return str(titles[-1]) if titles else ""


def _by_id(parts: Any) -> dict[str, Any]:
    return {part["id"]: part for part in parts}


def _keys(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> list[Any]:
    """Return the keys of both in the order of the newer one, then what is gone."""
    return list(dict.fromkeys([*new, *old]))
