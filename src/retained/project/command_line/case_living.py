"""`retained case living`: a case re-run with what came true, from files alone."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from retained.evidence.engine.staging.staged import Refusal
from retained.project.command_line.case_runs import read_file
from retained.project.command_line.cases import case
from retained.project.command_line.formats import format_option, month_in, show
from retained.project.command_line.texts import refuse, text_at
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.quantities import parse_number
from retained.strategy.engine.actuals import earliest_month, must_agree
from retained.strategy.engine.actuals_files import read_actuals_file
from retained.strategy.engine.actuals_fit import must_fit
from retained.strategy.engine.actuals_terms import (
    ActualsRefusedError,
    actuals_schema,
    read_actuals_mapping,
)
from retained.strategy.engine.booked import Actuals, actuals_of
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.living import Living, run_living
from retained.strategy.engine.moves import in_cents
from retained.strategy.engine.results import DEFAULT_DRAWS, DEFAULT_SEED
from retained.strategy.engine.simulation import MOST_DRAWS

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
STANDING = (
    "case", "option", "through", "signed_chance", "chance", "signed_mean", "mean", "moved", "rest",
    "p10", "p50", "p90", "worst_5_percent", "unmapped", "currency", "draws", "seed",
    "actuals_sha256",
)  # fmt: skip
_SHORT = (
    "option",
    "through",
    "signed_chance",
    "chance",
    "signed_mean",
    "mean",
    "moved",
    "currency",
)
_LINES = (
    "line", "title", "booked", "planned", "came_true", "difference", "moved", "to_date", "ahead",
    "currency",
)  # fmt: skip
_MONTHS = ("month", "planned", "came_true", "currency")
_HISTORY = ("month", "chance", "standard_error", "mean", "p10", "p50", "p90", "currency")
_DRIVERS = ("driver", "title", "months", "planned", "seen")
_UNMAPPED = ("account", "amount", "currency")
PARTS = {
    "standing": STANDING, "lines": _LINES, "months": _MONTHS, "history": _HISTORY,
    "drivers": _DRIVERS, "unmapped": _UNMAPPED,
}  # fmt: skip


@case.command("living")
@click.argument("file", type=_FILE)
@click.option("--mapping", "mapping_file", type=_FILE, required=True, help="How files are read.")
@click.option(
    "--actuals", "actuals_files", type=_FILE, required=True, multiple=True,
    help="A ledger, or volumes and headcount; may stand several times.",
)  # fmt: skip
@click.option("--through", required=True, help="The last month that came true, like 2026-10.")
@click.option("--option", "chosen", help="The option that was chosen; by default the only other.")
@click.option("--control", help="What all ledgers must add up to, like 1250000.00.")
@click.option(
    "--draws", type=click.IntRange(1, MOST_DRAWS), default=DEFAULT_DRAWS, show_default=True
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=DEFAULT_SEED, show_default=True)
@click.option(
    "--show", "part", type=click.Choice(list(PARTS)), default="standing", show_default=True,
    help="What to list: how it stands, lines that moved it, months, the chance by month, ...",
)  # fmt: skip
@format_option
def living(*, file: Path, part: str, format_name: str, **given: Any) -> None:
    """Re-run the case FILE with what came true of it; the same files and seed, the same figures."""
    terms = read_file(file)
    chosen = given["chosen"] or _only_other(terms)
    actuals = _actuals(terms, chosen, given)
    runs = 2 if part != "history" else 12
    with click.progressbar(length=runs, label="Drawing", file=sys.stderr) as bar:
        result = run_living(
            terms,
            actuals,
            chosen=chosen,
            through=month_in(given["through"]),
            draws=given["draws"],
            seed=given["seed"],
            with_history=part == "history",
            tell=lambda done, whole: bar.update(done * runs // whole - bar.pos),
        )
    say(result)
    is_short = part == "standing" and format_name == "table"
    show(list(living_rows(result, part)), format_name, columns=_SHORT if is_short else PARTS[part])


def _actuals(terms: CaseTerms, chosen: str, given: Mapping[str, Any]) -> Actuals:
    """Return what all files say, or end with every remark."""
    try:
        path: Path = given["mapping_file"]
        mapping = read_actuals_mapping(text_at(path), name=path.name)
        must_fit(mapping, terms, chosen=chosen)
        found = [
            read_actuals_file(
                path, mapping, currency=terms.currency, since=earliest_month(terms.first_month)
            )
            for path in given["actuals_files"]
        ]
        for remark in (remark for read in found for remark in read.remarks):
            click.echo(str(remark), err=True)
        if given["control"] is not None:
            ledgers = [read for read in found if read.is_ledger]
            must_agree(ledgers, _control(given["control"], terms.currency))
        entries = (entry for read in found for entry in read.entries)
        return actuals_of(entries, mapping, currency=terms.currency)
    except ActualsRefusedError as error:
        refuse(error.remarks)
    except Refusal as error:
        refuse([error.remark])


@case.command("actuals-schema")
def schema() -> None:
    """Print the JSON Schema of a mapping of actuals."""
    click.echo(actuals_schema(), nl=False)


def say(result: Living) -> None:
    """Say the result in a sentence, and what to know of it, beside the rows."""
    click.echo(result.sentence, err=True)
    for remark in result.remarks:
        click.echo(str(remark), err=True)


def living_rows(result: Living, part: str) -> Iterator[dict[str, Any]]:
    """Yield one part of a result as rows."""
    for row in _ROWS[part](result):
        yield row | ({"currency": result.terms.currency} if "currency" in PARTS[part] else {})


def _line_rows(result: Living) -> Iterator[dict[str, Any]]:
    for line in result.lines:
        named = {"line": line.line, "title": line.title, "booked": line.booked}
        yield named | _amounts(line, _LINES[3:-1])


def _month_rows(result: Living) -> Iterator[dict[str, Any]]:
    for cost in result.months:
        yield {"month": str(cost.month or "start")} | _amounts(cost, _MONTHS[1:-1])


def _driver_rows(result: Living) -> Iterator[dict[str, Any]]:
    for one in result.drivers:
        yield {name: getattr(one, name) for name in _DRIVERS}


def _unmapped_rows(result: Living) -> Iterator[dict[str, Any]]:
    for account, amount in result.actuals.unmapped.items():
        yield {"account": account, "amount": str(amount.amount)}


def _standing_rows(result: Living) -> Iterator[dict[str, Any]]:
    signed, now = result.signed, result.now
    yield {
        "case": result.terms.reference,
        "option": result.chosen,
        "through": str(result.place.through),
        "signed_chance": round(signed.chance, 6),
        "chance": round(now.chance, 6),
        "signed_mean": _figure(signed.mean, result),
        **{name: _figure(getattr(now, name), result) for name in ("mean", "p10", "p50", "p90")},
        "worst_5_percent": _figure(now.worst, result),
        "moved": str(result.moved.amount),
        "rest": str(result.rest.amount),
        "unmapped": str(result.actuals.unmapped_total.amount),
        "draws": result.draws,
        "seed": result.seed,
        "actuals_sha256": result.actuals.sha256,
    }


def _history_rows(result: Living) -> Iterator[dict[str, Any]]:
    for standing in result.history:
        value = standing.value
        yield {
            "month": str(standing.month or "signed"),
            "chance": round(value.chance, 6),
            "standard_error": round(value.error, 6),
            **{
                name: _figure(getattr(value, name), result)
                for name in ("mean", "p10", "p50", "p90")
            },
        }


_ROWS: dict[str, Callable[[Living], Iterator[dict[str, Any]]]] = {
    "standing": _standing_rows,
    "lines": _line_rows,
    "months": _month_rows,
    "history": _history_rows,
    "drivers": _driver_rows,
    "unmapped": _unmapped_rows,
}


def _figure(amount: float, result: Living) -> str:
    return str(in_cents(amount, result.terms.currency).amount)


def _amounts(one: Any, names: Sequence[str]) -> dict[str, str]:
    return {name: str(getattr(one, name).amount) for name in names}


def _only_other(terms: CaseTerms) -> str:
    others = [name for name in terms.options if name != terms.baseline]
    if len(others) > 1:
        raise DomainError(f"Say by --option which one was chosen: {' or '.join(others)}.")
    return others[0]


def _control(text: str, currency: str) -> Money:
    try:
        return Money(parse_number(text), currency)
    except ValueError as error:
        raise DomainError(f"--control: {error}.") from None
