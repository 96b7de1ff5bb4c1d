"""Which column of a file of actuals is what, and how its days and figures are written: guesses.

In   the header and rows of a file as texts, the assumptions of the case
Out  a guess of the fields of a mapping, each for a person to confirm
Why  docs/guide/living-case.md
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from retained.strategy.engine.actuals import Row, exact_figure
from retained.strategy.engine.actuals_terms import Costs, Decimals, day_format

DAYS = (
    "YYYY-MM-DD", "DD-MM-YYYY", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "YYYY/MM/DD",
    "YYYYMMDD", "YYYY-MM", "MM-YYYY", "MM/YYYY", "YYYYMM",
)  # fmt: skip
# Words of ledgers in English, Dutch, German and French, the plainest first.
_LEDGER_WORDS = {
    "day": "boekdatum|buchungsdatum|posting|comptable|datum|date|day|period|month|maand|monat",
    "account": r"grootboek|rekening|account|konto|compte|\bgl\b",
    "cost_centre": r"cost cent|kostenplaats|kostenstelle|centre de cout|kostpl|centre\b|center\b",
    "debit": r"debet|debit|soll",
    "credit": r"credit|haben",
    "amount": r"bedrag|amount|betrag|montant|saldo|value|wert",
    "currency": r"valuta|currency|wahrung|devise|munt",
    "text": r"omschrijving|description|buchungstext|libelle|tekst|text|memo|bezeichnung",
}
_MONTH_WORDS = r"month|maand|monat|mois|periode?|date|datum"
_ENOUGH_ROWS = 2000
_MOST_UNREAD = 0.1  # of a column's cells, for it to be read so


def guessed_fields(
    columns: Sequence[str], rows: Sequence[Row], assumptions: Mapping[str, str], *, kind: str = ""
) -> dict[str, str]:
    """Return the likely fields of a file of a `kind`; without one it is guessed, too.

    `assumptions` are titles by key. Fields are named as the form names them.
    """
    some = rows[:_ENOUGH_ROWS]
    roles = _roles(columns)
    amounts = [roles[name] for name in ("amount", "debit", "credit") if name in roles]
    seems_ledger = "account" in roles and bool(amounts)
    if kind == "drivers" or not (kind or seems_ledger):
        return _guessed_drivers(columns, some, assumptions)
    if "amount" in roles:
        roles = {role: name for role, name in roles.items() if role not in {"debit", "credit"}}
    decimal = likely_decimal(_cells(some, amounts))
    return {
        "kind": "ledger",
        **roles,
        "days": likely_days(_cells(some, [roles.get("day", "")])),
        "decimal": decimal.value,
        "costs": _likely_costs(some, roles.get("amount", ""), decimal).value,
    }


def likely_days(cells: Iterable[str]) -> str:
    """Return how most cells write a day; of two that fit as well the first of DAYS."""
    texts = [cell.removesuffix(" 00:00:00") for cell in cells]
    return max(
        DAYS, key=lambda days: (sum(is_day(text, days) for text in texts), -DAYS.index(days))
    )


def is_day(text: str, days: str) -> bool:
    """Return whether a text is a day written so."""
    try:
        datetime.strptime(text, day_format(days))  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return False
    return True


def likely_decimal(cells: Iterable[str]) -> Decimals:
    """Return the mark by which more cells are figures; a comma where both read as many."""
    texts = list(cells)
    points = sum(_is_figure(text, Decimals.POINT) for text in texts)
    commas = sum(_is_figure(text, Decimals.COMMA) for text in texts)
    return Decimals.POINT if points > commas else Decimals.COMMA


def _is_figure(text: str, decimal: Decimals) -> bool:
    try:
        exact_figure(text, decimal)
    except ValueError:
        return False
    return True


def _likely_costs(rows: Sequence[Row], column: str, decimal: Decimals) -> Costs:
    """Return the sign of what was spent: that of the sum, for reversals are the fewer."""
    if not column:
        return Costs.POSITIVE
    cells = [cell for cell in _cells(rows, [column]) if _is_figure(cell, decimal)]
    total = sum(exact_figure(cell, decimal) for cell in cells)
    return Costs.NEGATIVE if total < 0 else Costs.POSITIVE


def _roles(columns: Sequence[str]) -> dict[str, str]:
    """Return the likely column of each role, each column once."""
    found: dict[str, str] = {}
    for role, words in _LEDGER_WORDS.items():
        for pattern in words.split("|"):
            free = [name for name in columns if name not in found.values()]
            named = [name for name in free if re.search(pattern, _plain(name))]
            if named:
                found[role] = min(named, key=len)  # Account, and not Account name
                break
    return found


def _guessed_drivers(
    columns: Sequence[str], rows: Sequence[Row], assumptions: Mapping[str, str]
) -> dict[str, str]:
    month = next((name for name in columns if re.search(_MONTH_WORDS, _plain(name))), "")
    others = [name for name in columns if name != month]
    figures = [name for name in others if _cells(rows, [name])]
    decimal = likely_decimal(_cells(rows, figures))
    found = {
        "kind": "drivers",
        "month": month,
        "days": likely_days(_cells(rows, [month])),
        "decimal": decimal.value,
    }
    for name in others:
        cells = _cells(rows, [name])
        unread = sum(not _is_figure(cell, decimal) for cell in cells)
        if cells and unread <= _MOST_UNREAD * len(cells):
            found[f"driver:{name}"] = _assumption_named(name, assumptions, found.values())
    return found


def _assumption_named(column: str, assumptions: Mapping[str, str], taken: Iterable[str]) -> str:
    """Return the assumption whose key or title shares a word with a column, "" where none does."""
    words = set(_plain(column).split())
    for key, title in assumptions.items():
        if key not in taken and words & set(_plain(f"{key} {title}").split()):
            return key
    return ""


def _cells(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    """Return what some columns say, without what is blank."""
    found = (cells.get(name, "").strip() for _, cells in rows for name in columns)
    return [text for text in found if text]


def _plain(name: str) -> str:
    """Return a column's name as small words without accents."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]+", " ", letters.encode("ascii", "ignore").decode()).strip()
