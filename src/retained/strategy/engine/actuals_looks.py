"""A look at a file of actuals before anything is kept: how it begins, and what each reading gives.

In   a path, the fields that somebody chose (or none: they are guessed)
Out  header, first rows, the fields, and the total by each way to read its figures and days
Why  docs/guide/living-case.md
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from retained.shared.documents import as_yaml
from retained.shared.money import Money
from retained.shared.months import Month
from retained.strategy.engine.actuals import ReadActuals, Row, read_rows
from retained.strategy.engine.actuals_files import Table, table_in
from retained.strategy.engine.actuals_terms import (
    SCHEMA,
    ActualsRefusedError,
    ActualsTerms,
    Costs,
    Decimals,
    read_actuals_mapping,
)
from retained.strategy.engine.ledger_guesses import DAYS, guessed_fields, is_day

_FIRST_ROWS = 4
_MOST_CENTRES = 40
_MOST_REMARKS = 20
_LEDGER_COLUMNS = (
    "day", "account", "cost_centre", "text", "amount", "debit", "credit", "currency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a file. `total` is what its amounts then add up to."""

    setting: str  # decimal, costs or days
    value: str
    is_chosen: bool
    unusable: int
    total: Money | None = None


@dataclass(frozen=True)
class Look:
    """What a look at a file shows; without readings the fields do not name its columns yet."""

    columns: tuple[str, ...]
    first_rows: tuple[tuple[int, tuple[str, ...]], ...]
    rows: int
    fields: Mapping[str, str]
    readings: tuple[Reading, ...]
    centres: tuple[tuple[str, Money], ...]
    first: str  # months
    last: str
    remarks: tuple[str, ...]

    def chosen(self, setting: str) -> Reading | None:
        """Return the reading that the fields choose."""
        found = (one for one in self.readings if one.setting == setting and one.is_chosen)
        return next(found, None)


def terms_of_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the part of a mapping that fields say: its `ledger`, or its `drivers`."""
    given = {name: value for name, value in fields.items() if value}
    told: dict[str, Any] = {name: given[name] for name in ("days", "decimal") if name in given}
    if given.get("kind") == "drivers":
        columns = {
            name.removeprefix("driver:"): value
            for name, value in given.items()
            if name.startswith("driver:")
        }
        return {"drivers": told | {"month": given.get("month", ""), "columns": columns}}
    centres = [one.strip() for one in given.get("cost_centres", "").split(",") if one.strip()]
    columns = {name: given[name] for name in _LEDGER_COLUMNS if name in given}
    told |= {"costs": given.get("costs", Costs.POSITIVE.value), "columns": columns}
    return {"ledger": told | ({"cost_centres": centres} if centres else {})}


def fields_of_terms(mapping: ActualsTerms, columns: Sequence[str]) -> dict[str, str] | None:
    """Return the fields of a mapping that reads a file with these columns, None if it does not."""
    ledger, drivers = mapping.ledger, mapping.drivers
    if ledger is not None and set(ledger.columns.named) <= set(columns):
        named = {name: value for name, value in ledger.columns.model_dump().items() if value}
        return {
            "kind": "ledger",
            **named,
            "days": ledger.days,
            "decimal": ledger.decimal.value,
            "costs": ledger.costs.value,
            "cost_centres": ", ".join(ledger.cost_centres),
        }
    if drivers is not None and set(drivers.named) <= set(columns):
        named = {f"driver:{name}": driver for name, driver in drivers.columns.items()}
        told = {"month": drivers.month, "days": drivers.days, "decimal": drivers.decimal.value}
        return {"kind": "drivers", **told, **named}
    return None


def with_fields(mapping: ActualsTerms | None, fields: Mapping[str, str]) -> ActualsTerms:
    """Return a mapping with its ledger, or its drivers, read by these fields; accounts stay.

    Raises ActualsRefusedError for fields that name no mapping.
    """
    begun = mapping.as_document() if mapping else {"schema": SCHEMA}
    return read_actuals_mapping(as_yaml(begun | terms_of_fields(fields)), name="")


def look_as_plain(
    path: str, name: str, chosen: dict[str, str], assumptions: dict[str, str], case: list[str]
) -> dict[str, Any]:
    """Look at a file in a process of its own; `case` holds its currency and earliest month.

    Everything in and out is what JSON can hold. Without fields that were chosen they are guessed.
    """
    currency, since = case
    table = table_in(Path(path), name=name)
    fields = chosen
    if len(chosen) < 2:  # nothing, or the kind of file alone
        kind = chosen.get("kind", "")
        fields = guessed_fields(table.columns, table.rows, assumptions, kind=kind)
    found = {
        "columns": list(table.columns),
        "first_rows": [
            [number, [cells[name] for name in table.columns]]
            for number, cells in table.rows[:_FIRST_ROWS]
        ],
        "rows": len(table.rows) + table.left_rows,
        "fields": fields,
        "readings": [],
        "centres": [],
        "months": [],
        "remarks": [],
    }
    return found | _read_so(table, fields, currency, Month.parse(since))


def look_of(plain: Mapping[str, Any], currency: str) -> Look:
    """Return what another process saw."""
    months = plain["months"] or [""]
    return Look(
        columns=tuple(plain["columns"]),
        first_rows=tuple((number, tuple(cells)) for number, cells in plain["first_rows"]),
        rows=plain["rows"],
        fields=plain["fields"],
        readings=tuple(
            Reading(setting, value, is_chosen, unusable, _money(total, currency))
            for setting, value, is_chosen, unusable, total in plain["readings"]
        ),
        centres=tuple(
            (centre, Money(Decimal(total), currency)) for centre, total in plain["centres"]
        ),
        first=months[0],
        last=months[-1],
        remarks=tuple(plain["remarks"]),
    )


def _money(text: str | None, currency: str) -> Money | None:
    return None if text is None else Money(Decimal(text), currency)


def _read_so(
    table: Table, fields: Mapping[str, str], currency: str, since: Month
) -> dict[str, Any]:
    """Return what a file gives by its fields, and by each of them otherwise."""

    def read(**others: str) -> ReadActuals:
        terms = ActualsTerms.model_validate(
            {"schema": SCHEMA, **terms_of_fields({**fields, **others})}
        )
        return read_rows(
            table.rows, table.columns, terms, file=table.name, currency=currency, since=since
        )

    try:
        by = {mark.value: read(decimal=mark.value) for mark in Decimals}
    except (ValidationError, ActualsRefusedError):
        return {}  # a column is not named yet, or is not there
    now = by[fields["decimal"]]
    return {
        "readings": [*_by_decimal(by, fields), *_by_sign(now, fields), *_by_days(table, fields)],
        "centres": _centres(now),
        "months": sorted({str(entry.month) for entry in now.entries}),
        "remarks": [str(remark) for remark in (*table.remarks, *now.remarks)[:_MOST_REMARKS]],
    }


def _by_decimal(by: Mapping[str, ReadActuals], fields: Mapping[str, str]) -> Iterator[list[Any]]:
    for mark, found in by.items():
        total = str(found.total.amount) if fields["kind"] == "ledger" else None
        yield ["decimal", mark, mark == fields["decimal"], found.unusable, total]


def _by_sign(now: ReadActuals, fields: Mapping[str, str]) -> Iterator[list[Any]]:
    """Yield the two signs: the other one turns every amount round, and so the total."""
    if fields["kind"] != "ledger":
        return
    for sign in Costs:
        is_chosen = sign.value == fields.get("costs", Costs.POSITIVE.value)
        total = now.total if is_chosen else -now.total
        yield ["costs", sign.value, is_chosen, now.unusable, str(total.amount)]


def _by_days(table: Table, fields: Mapping[str, str]) -> Iterator[list[Any]]:
    """Yield the ways to read the day by which any row has one."""
    column = fields.get("day" if fields["kind"] == "ledger" else "month", "")
    texts = Counter(_day_texts(table.rows, column))
    for days in dict.fromkeys((fields["days"], *DAYS)):
        unread = sum(count for text, count in texts.items() if not is_day(text, days))
        if days == fields["days"] or unread < texts.total():
            yield ["days", days, days == fields["days"], unread, None]


def _day_texts(rows: Sequence[Row], column: str) -> Iterator[str]:
    for _, cells in rows:
        if any(text.strip() for text in cells.values()):
            yield cells.get(column, "").strip().removesuffix(" 00:00:00")


def _centres(now: ReadActuals) -> list[list[str]]:
    """Return the cost centres with their sums, those that matter most first."""
    sums: dict[str, Money] = {}
    for entry in now.entries:
        if entry.amount is not None and entry.cost_centre:
            so_far = sums.get(entry.cost_centre, entry.amount.zero())
            sums[entry.cost_centre] = so_far + entry.amount
    ordered = sorted(sums.items(), key=lambda one: (-abs(one[1].minor), one[0]))
    return [[centre, str(total.amount)] for centre, total in ordered[:_MOST_CENTRES]]
