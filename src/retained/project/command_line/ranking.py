"""`retained rank`: from a published model and the bids to a ranking, and how far to doubt it."""

import json
from pathlib import Path

import click

from retained.project.command_line.formats import format_option, show
from retained.project.command_line.rank_rows import PARTS, show_design
from retained.project.command_line.texts import refuse, text_at
from retained.shared.errors import DomainError
from retained.shared.remarks import RefusedError
from retained.tendering.engine.bid_tables import read_bids
from retained.tendering.engine.bids import Bid
from retained.tendering.engine.design_check import design_check
from retained.tendering.engine.doubt.acceptability import DEFAULT_DRAWS, DEFAULT_SEED, MOST_DRAWS
from retained.tendering.engine.doubt.lead import LeadDoubt, doubt_of
from retained.tendering.engine.evaluation_files import (
    bids_of,
    evaluation_of,
    evaluation_schema,
    read_evaluation,
)
from retained.tendering.engine.evaluation_terms import EvaluationTerms
from retained.tendering.engine.plausible_bids import Expected
from retained.tendering.engine.rank_document import rank_document
from retained.tendering.engine.ranking import rank as ranking_of

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EPILOG = """\b
Examples:
  retained rank evaluation.yaml --bids bids.csv
  retained rank evaluation.yaml --bids bids.csv --show doubt --draws 100000 --seed 7
  retained rank evaluation.yaml --bids bids.csv --format json > ranking.json
  retained rank evaluation.yaml --check-design --draws 5000
  retained rank --schema

Nothing is stored. Remarks and warnings go to standard error.
"""


@click.command(epilog=EPILOG)
@click.argument("file", type=_FILE, required=False)
@click.option("--bids", "bids_path", type=_FILE, help="CSV of bids; else those of FILE count.")
@click.option("--draws", type=click.IntRange(1, MOST_DRAWS), default=DEFAULT_DRAWS,
              show_default=True)  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=DEFAULT_SEED,
              show_default=True)  # fmt: skip
@click.option(
    "--show", "part", type=click.Choice(list(PARTS)), default="ranking", show_default=True,
    help="What to list as table or CSV; JSON holds everything.",
)  # fmt: skip
@click.option(
    "--check-design", "designing", is_flag=True,
    help="Try the model on plausible bids before any is there; --draws says how many sets.",
)  # fmt: skip
@click.option(
    "--prices", type=(click.FloatRange(min=0, min_open=True), click.FloatRange(min=0)),
    metavar="LOW HIGH", help="Between which prices bids are expected, for --check-design.",
)  # fmt: skip
@click.option("--schema", "schema", is_flag=True, help="Print the JSON Schema of FILE, and stop.")
@format_option
def rank(  # noqa: PLR0913 - one parameter for each option
    *,
    file: Path | None,
    bids_path: Path | None,
    draws: int,
    seed: int,
    part: str,
    designing: bool,
    prices: tuple[float, float] | None,
    schema: bool,
    format_name: str,
) -> None:
    """Rank bids by the evaluation model FILE, and say whether the lead is real."""
    if schema:
        click.echo(evaluation_schema(), nl=False)
        return
    if file is None:
        raise click.UsageError("Give the evaluation model, as in retained rank evaluation.yaml.")
    try:
        terms = read_evaluation(text_at(file), name=file.name)
        if designing:
            expected = Expected(prices=prices)
            show_design(design_check(evaluation_of(terms), expected, sets=draws, seed=seed),
                        format_name)  # fmt: skip
            return
        bids = _bids(terms, bids_path)
        ranking = ranking_of(evaluation_of(terms), bids, terms.panel)
    except RefusedError as error:
        refuse(error.remarks)
    lead = doubt_of(ranking, rules=terms.panel, doubt=terms.doubt, draws=draws, seed=seed)
    _print(lead, bids, part=part, format_name=format_name)


def _bids(terms: EvaluationTerms, path: Path | None) -> tuple[Bid, ...]:
    """Return the bids of the table, else those in the model's own file."""
    if path is not None:
        if terms.bids:
            raise DomainError("The model holds bids too: give them in one place only.")
        return read_bids(text_at(path), terms.asked(), name=path.name)
    if not terms.bids:
        raise DomainError("There are no bids: give --bids FILE.csv, or write them into the model.")
    return bids_of(terms)


def _print(lead: LeadDoubt, bids: tuple[Bid, ...], *, part: str, format_name: str) -> None:
    document = rank_document(lead, bids)
    for remark in lead.ranking.marks.remarks:
        click.echo(str(remark), err=True)
    for sentence in document["warnings"]:
        click.echo(sentence, err=True)
    if format_name == "json":
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    columns, rows = PARTS[part](document)
    show(rows, format_name, columns=columns)
    if format_name == "table" and part == "ranking":
        click.echo("\n" + "\n".join(document["in_words"]))
