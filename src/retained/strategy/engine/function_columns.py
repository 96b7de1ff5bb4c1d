"""The columns of a list of IT functions: what each holds, and under which titles it is known.

In   the titles of a file's columns
Out  which column holds what
Why  docs/guide/it-functions.md
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FunctionColumn:
    """One thing that a list may say; `also` are other titles for it, in small letters."""

    role: str
    title: str
    hint: str
    example: str
    also: tuple[str, ...] = ()


COLUMNS = (
    FunctionColumn("title", "IT function", "Needed.", "Networks",
                   ("title", "name", "function", "service")),
    FunctionColumn("reference", "Reference", "A short word; made of the title where it is blank.",
                   "networks", ("id", "key", "code")),
    FunctionColumn("parent", "Below", "The reference of the function above.", "infrastructure",
                   ("parent", "group", "category")),
    FunctionColumn("purpose", "What it is for", "", "Lines between sites",
                   ("purpose", "description")),
    FunctionColumn("owner", "Owner", "", "Jeroen Kuipers", ("responsible", "manager")),
    FunctionColumn("performer", "Done by", "in-house, provider or shared.", "provider",
                   ("performer", "sourcing", "delivered by")),
    FunctionColumn("performed_by", "By whom", "Several with a semicolon between.", "Corvale",
                   ("performed by", "provider", "provider name")),
    FunctionColumn("legal_entities", "Legal entities", "Several with a semicolon between.", "",
                   ("legal entity", "entity", "company")),
    FunctionColumn("sites", "Sites", "Several with a semicolon between.", "",
                   ("site",)),
    FunctionColumn("supports", "Business functions", "References, with a semicolon between.", "",
                   ("business function", "supports")),
    FunctionColumn("tools", "Tools", "Several with a semicolon between.", "Monitoring", ("tool",)),
    FunctionColumn("kinds", "Data", "none, personal, special, secret; a semicolon between.",
                   "personal", ("data handled", "data kinds")),
    FunctionColumn("countries", "Countries of the data", "Two letters each: NL; DE.", "NL; DE",
                   ("countries", "country", "data countries")),
    FunctionColumn("currency", "Currency", "Of all costs of the function.", "EUR", ("ccy",)),
    FunctionColumn("role", "Role", "People: one role a row; repeat the reference for the next.",
                   "Network architect", ("job", "people role")),
    FunctionColumn("location", "Where they work", "", "Utrecht", ("location",)),
    FunctionColumn("number", "Full-time people", "", "1.5",
                   ("fte", "number", "headcount", "people")),
    FunctionColumn("yearly_cost", "Yearly cost of one", "", "112000",
                   ("yearly cost", "cost per fte", "annual cost", "salary")),
    FunctionColumn("volume", "What is counted", "A volume: one a row.", "Connected sites",
                   ("volume", "driver", "volume driver")),
    FunctionColumn("unit", "Unit", "", "sites", ("volume unit",)),
    FunctionColumn("month", "Month", "Of the count, as 2026-01.", "2026-01", ("volume month",)),
    FunctionColumn("count", "Count", "In that month.", "42", ("volume count", "quantity")),
    FunctionColumn("growth", "Growth a year", "", "2 %", ("growth", "yearly growth")),
)  # fmt: skip
BY_ROLE = {one.role: one for one in COLUMNS}


def guessed_columns(titles: Iterable[str]) -> dict[str, str]:
    """Return for each role the column that bears one of its titles; each column once."""
    found: dict[str, str] = {}
    for title in titles:
        role = next((one.role for one in COLUMNS if _plain(title) in _titles_of(one)), None)
        if role is not None and role not in found:
            found[role] = title
    return found


def mapping_faults(mapping: Mapping[str, str], titles: Iterable[str]) -> list[str]:
    """Return a sentence for everything that is wrong with a mapping of roles to columns."""
    known = set(titles)
    faults = [f"“{role}” is nothing that a list can say." for role in mapping.keys() - BY_ROLE]
    faults += [
        f"There is no column “{column}” in this file."
        for column in mapping.values()
        if column not in known
    ]
    if "title" not in mapping:
        faults.append("Say which column holds the IT function: without it nothing can be read.")
    return faults


def _titles_of(column: FunctionColumn) -> set[str]:
    return {_plain(column.title), _plain(column.role), *column.also}


def _plain(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", title.casefold()).strip()
