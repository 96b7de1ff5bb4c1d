"""A case with one part changed: an assumption, a line, an option.

In   the terms of a case, and one part as somebody writes it in a form
Out  the terms with it, checked as a whole, or every remark about it
Why  docs/guide/business-case.md
"""

from collections.abc import Mapping
from typing import Any

from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.case_figures import ratio_or_number
from retained.strategy.engine.case_files import case_of
from retained.strategy.engine.case_terms import AssumptionTerms, CaseTerms
from retained.strategy.engine.cases import CaseRefusedError

SEPARATOR = ";"
_LISTED = frozenset({"uniform", "triangular", "pert", "normal", "lognormal", "seen"})
_FORMULAS = frozenset({"count", "formula"})
_NAMED = {"walk": ("start", "drift", "volatility"), "event": ("chance", "from_month")}


def figures_as(kind: str, text: str) -> Any:
    """Return what an assumption's document holds for figures that somebody wrote apart by `;`.

    28; 30; 33 for a distribution, 0: 70 %; 1: 30 % for a few values, a formula as it stands.
    """
    written = text.strip()
    if kind in _FORMULAS or kind == "value":
        return written
    parts = [part.strip() for part in written.split(SEPARATOR) if part.strip()]
    if kind in _LISTED:
        return parts
    if kind == "discrete":
        pairs = (part.partition(":") for part in parts)
        return {value.strip(): chance.strip() for value, _, chance in pairs}
    return dict(zip(_NAMED[kind], parts, strict=False))


def history_in(text: str, *, name: str) -> list[str]:
    """Return the values of a history, one in each row; a heading above them is left out.

    Raises CaseRefusedError with a remark for each row that holds no number.
    """
    rows = [(row, line.strip().strip('"')) for row, line in enumerate(text.splitlines(), 1)]
    written = [(row, value) for row, value in rows if value]
    if written and not _is_number(written[0][1]):
        written = written[1:]
    wrong = [
        Remark(
            Severity.ERROR, "history", f"“{value[:40]}” is no number: write one in each row.",
            Place(file=name, row=row),
        )
        for row, value in written
        if not _is_number(value)
    ]  # fmt: skip
    if not written:
        sentence = "This holds no values: give a file with one number in each row."
        wrong = [Remark(Severity.ERROR, "history", sentence, Place(file=name))]
    if wrong:
        raise CaseRefusedError(wrong)
    return [value for _, value in written]


def _is_number(text: str) -> bool:
    try:
        ratio_or_number(text)
    except ValueError:
        return False
    return True


def figures_of(terms: AssumptionTerms) -> str:
    """Return the figures of an assumption as `figures_as` reads them."""
    given = getattr(terms, terms.kind)
    if isinstance(given, str):
        return given
    if isinstance(given, tuple):
        return f"{SEPARATOR} ".join(given)
    if isinstance(given, dict):
        return f"{SEPARATOR} ".join(f"{value}: {chance}" for value, chance in given.items())
    return f"{SEPARATOR} ".join(str(getattr(given, name)) for name in _NAMED[terms.kind])


def with_assumption(
    terms: CaseTerms, name: str, fields: Mapping[str, Any], *, is_new: bool = False
) -> CaseTerms:
    """Return the case with an assumption added or in place of the one of its name."""
    _must_be_free(is_new and name in terms.assumptions, name, "assumptions")
    document = terms.as_document()
    document["assumptions"] = document.get("assumptions", {}) | {name: _filled(fields)}
    return case_of(document)


def with_priced_assumption(
    terms: CaseTerms, name: str, made: AssumptionTerms, *, title: str = "", is_new: bool = False
) -> CaseTerms:
    """Return the case with an assumption that rates of a card made.

    In place of another one it keeps that one's title, and waits for somebody to confirm it.
    """
    before = terms.assumptions.get(name)
    kept = title or (before.title if before else "") or made.title
    fields = made.model_dump(mode="json", exclude_defaults=True) | {"title": kept}
    return with_assumption(terms, name, fields, is_new=is_new)


def without_assumption(terms: CaseTerms, name: str) -> CaseTerms:
    """Return the case without an assumption; refused where a formula needs it."""
    document = terms.as_document()
    document["assumptions"].pop(name)
    return case_of(document)


def with_line(
    terms: CaseTerms, option: str, name: str, fields: Mapping[str, Any], *, is_new: bool = False
) -> CaseTerms:
    """Return the case with a line added to an option, or in place of the one of its name."""
    _must_be_free(is_new and name in terms.options[option].lines, name, f"options.{option}.lines")
    document = terms.as_document()
    document["options"][option]["lines"][name] = _filled(fields)
    return case_of(document)


def without_line(terms: CaseTerms, option: str, name: str) -> CaseTerms:
    """Return the case without a line; an option keeps at least one."""
    document = terms.as_document()
    document["options"][option]["lines"].pop(name)
    return case_of(document)


def with_option(terms: CaseTerms, name: str, title: str, *, like: str) -> CaseTerms:
    """Return the case with another option, whose lines begin as those of the option `like`."""
    _must_be_free(name in terms.options, name, "options")
    document = terms.as_document()
    document["options"][name] = document["options"][like] | {"title": title}
    return case_of(document)


def with_benefit(
    terms: CaseTerms, option: str, place: int | None, fields: Mapping[str, Any]
) -> CaseTerms:
    """Return the case with a benefit of an option at its place, or behind the others."""
    document = terms.as_document()
    benefits = document["options"][option].setdefault("benefits", [])
    end = len(benefits) if place is None else place
    benefits[end : end + 1] = [_filled(fields)]
    return case_of(document)


def without_benefit(terms: CaseTerms, option: str, place: int) -> CaseTerms:
    """Return the case without a benefit of an option."""
    document = terms.as_document()
    document["options"][option]["benefits"].pop(place)
    return case_of(document)


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that say something: what is left empty falls back to its default."""
    return {name: value for name, value in fields.items() if value not in ("", None, False)}


def _must_be_free(is_taken: bool, name: str, place: str) -> None:
    if is_taken:
        sentence = f"“{name}” is there already: choose another name, or change that one."
        raise CaseRefusedError([Remark(Severity.ERROR, "case", sentence, Place(column=place))])
