"""What a rate card most likely says in which column, guessed for a person who confirms it.

In   the columns and first rows of a file
Out  a document of the schema retained/rate-card/1, as far as it can be told
Why  docs/guide/rate-cards.md
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from retained.strategy.engine.rate_card_mapping import DATE_FORMS, SCHEMA, UNIT_WORDS
from retained.strategy.engine.rate_cards import SIGNS

# Words of a heading by what it may hold, tried in order; a column is taken once.
_WORDS: Mapping[str, Sequence[str]] = {
    "amount": (
        "price", "rate", "amount", "salary", "wage", "cost", "tarif", "preis", "satz", "prijs",
        "gehalt",
    ),
    "unit": ("unit", "per", "uom", "basis", "einheit", "eenheid"),
    "role": (
        "role", "job", "labor category", "labour category", "position", "occupation", "profile",
        "title", "service", "rolle", "rol", "functie",
    ),
    "level": (
        "level", "seniority", "grade", "band", "experience", "years", "stufe", "niveau",
        "education",
    ),
    "location": ("location", "worksite", "site", "region", "city", "country", "ort", "locatie"),
    "provider": ("provider", "vendor", "supplier", "contractor", "company", "anbieter"),
    "currency": ("currency", "ccy", "curr", "währung", "valuta"),
    "valid_from": ("valid from", "start", "from", "begin", "effective", "gültig ab", "vanaf"),
    "valid_to": ("valid to", "valid until", "end", "until", "to", "expiry", "expires", "tot"),
}  # fmt: skip
_SAMPLE = 500
_DAYS = ("valid_from", "valid_to")


def guessed_card(
    columns: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], *, name: str
) -> dict[str, Any]:
    """Return a mapping as far as headings and the first rows tell it.

    What nothing tells is left out: a dollar may be of several countries, 5/6 may be two days.
    """
    found = _columns(columns)
    cells = {role: _values(columns.index(column), rows) for role, column in found.items()}
    amounts = cells.get("amount", [])
    document: dict[str, Any] = {"schema": SCHEMA, "source": _title(name), "columns": found}
    document["dates"] = _date_form([one for role in _DAYS for one in cells.get(role, [])])
    document["decimal"] = _decimal(amounts)
    if "currency" not in found:
        document["currency"] = _currency([*amounts, found.get("amount", "")])
    if "unit" not in found:
        document["unit"] = _unit(found.get("amount", ""))
    return {key: value for key, value in document.items() if value}


def _columns(columns: Sequence[str]) -> dict[str, str]:
    """Return the column of each role: first those whose heading is the word, then holds it."""
    found: dict[str, str] = {}
    for fits in (_is_called, _holds):
        for role, words in _WORDS.items():
            for word in words:
                free = (one for one in columns if one not in found.values() and fits(one, word))
                column = next(free, None)
                if role not in found and column is not None:
                    found[role] = column
    return {role: found[role] for role in _WORDS if role in found}


def _is_called(column: str, word: str) -> bool:
    return _plain(column) == word


def _holds(column: str, word: str) -> bool:
    """Return whether a heading holds a word; what stands in brackets explains and names nothing."""
    told = _plain(re.sub(r"\([^)]*\)", " ", column))
    return f" {word} " in f" {told} "


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def _values(place: int, rows: Sequence[tuple[int, Sequence[str]]]) -> list[str]:
    return [cells[place] for _, cells in rows[:_SAMPLE] if cells[place]]


def _title(name: str) -> str:
    """Return what a card may be called: its file's name without the ending."""
    return re.sub(r"[_\s]+", " ", PurePath(name).stem).strip()[:120]


def _date_form(values: Sequence[str]) -> str:
    """Return the one form in which every day is written; 5/6/2015 could be two days."""
    forms = [form for form, code in DATE_FORMS.items() if all(_is_day(one, code) for one in values)]
    return forms[0] if values and len(forms) == 1 else ""


def _is_day(text: str, code: str) -> bool:
    try:
        datetime.strptime(text, code)  # noqa: DTZ007 - a day
    except ValueError:
        return False
    return True


def _decimal(values: Iterable[str]) -> str:
    """Return what stands before the cents: of one or two digits at the end, never three."""
    found = {match[1] for one in values if (match := re.search(r"([.,])\d{1,2}\D*$", one))}
    return found.pop() if len(found) == 1 else ""


def _currency(texts: Sequence[str]) -> str:
    """Return the one currency that signs or three letters name."""
    found = {code for text in texts for sign, code in SIGNS.items() if sign in text and code}
    heading = texts[-1] if texts else ""
    found |= set(re.findall(r"\b(EUR|USD|GBP|INR|CHF|PLN|AUD|CAD)\b", heading))
    return found.pop() if len(found) == 1 else ""


def _unit(heading: str) -> str:
    """Return the unit that the heading of the amounts names, such as “Rate per hour”."""
    words = _plain(heading).split()
    found = {UNIT_WORDS[word].value for word in words if word in UNIT_WORDS}
    wages = {"year"} if {"salary", "wage", "gehalt"} & set(words) else set()
    chosen = found or wages
    return chosen.pop() if len(chosen) == 1 else ""
