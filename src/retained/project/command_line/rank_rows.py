"""What `retained rank` lists of a result: for each part its columns and rows."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click

from retained.project.command_line.formats import show
from retained.tendering.engine.design_check import DesignCheck

Row = dict[str, Any]
Part = tuple[tuple[str, ...], list[Row]]


def _ranking(document: Row) -> Part:
    doubt = document["doubt"]
    rows = [
        {
            "rank": one["rank"],
            "bid": one["bid"],
            "total": one["total"],
            "wins_in_scores": _first(doubt["scores"], one["bid"]),
            "wins_in_weights": _first(doubt["weights"], one["bid"]),
            "wins_in_both": _first(doubt["both"], one["bid"]),
        }
        for one in document["ranking"]
    ]
    rows += [
        {"bid": one["bid"], "rejected": " ".join(one["reasons"])} for one in document["rejected"]
    ]
    columns = ("rank", "bid", "total", "wins_in_scores", "wins_in_weights", "wins_in_both")
    return ((*columns, "rejected") if document["rejected"] else columns), rows


def _first(shares: Row | None, bid: str) -> float | None:
    return None if shares is None else round(shares["by_rank"][bid][0], 3)


def _lines(document: Row) -> Part:
    rows = [{"bid": one["bid"], **line} for one in document["ranking"] for line in one["lines"]]
    return ("bid", "criterion", "mark", "value", "weight", "points"), rows


def _doubt(document: Row) -> Part:
    rows = [
        {"readings_of": of, "bid": bid, "rank": rank, "share": share}
        for of, shares in document["doubt"].items()
        if shares is not None
        for bid, row in shares["by_rank"].items()
        for rank, share in enumerate(row, start=1)
    ]
    return ("readings_of", "bid", "rank", "share"), rows


def _pairs(document: Row) -> Part:
    rows = [
        {"readings_of": of, "bid": bid, "before": other, "share": share}
        for of, shares in document["doubt"].items()
        if shares is not None
        for bid, row in shares["wins"].items()
        for other, share in row.items()
    ]
    return ("readings_of", "bid", "before", "share"), rows


def _changes(document: Row) -> Part:
    changes = document["smallest_changes"]
    rows = [{"of": "weight", **one} for one in changes["one_weight"]]
    rows += [{"of": "mark", **one} for one in changes["one_mark"]]
    columns = ("of", "criterion", "bid", "now", "level_at", "still_holds", "changes_at", "instead")
    return columns, rows


def _without(document: Row) -> Part:
    rows = [{"left_out": "evaluator", **one} for one in document["without_evaluator"]]
    rows += [{"left_out": "bid", **one} for one in document["without_bid"]]
    return ("left_out", "without", "first", "lead", "same_order"), rows


def _opinions(document: Row) -> Part:
    rows = [
        {
            "method": one["method"],
            "bid": bid,
            "rank": found["rank"],
            "score": found["score"],
            "agrees": one["agrees"],
        }
        for one in document["second_opinions"]
        for bid, found in one["bids"].items()
    ]
    return ("method", "bid", "rank", "score", "agrees"), rows


def _agreement(document: Row) -> Part:
    columns = ("criterion", "alpha", "reading", "widest_on", "spread")
    return columns, document["panel"]["agreement"]


def _evaluators(document: Row) -> Part:
    rows = [
        {
            **one,
            "outlying": "; ".join(f"{it['bid']} on {it['criterion']}" for it in one["outlying"]),
        }
        for one in document["panel"]["evaluators"]
    ]
    return ("evaluator", "given", "missing", "severity", "outlying"), rows


PARTS: dict[str, Callable[[Row], Part]] = {
    "ranking": _ranking,
    "lines": _lines,
    "doubt": _doubt,
    "pairs": _pairs,
    "changes": _changes,
    "without": _without,
    "agreement": _agreement,
    "evaluators": _evaluators,
    "second-opinions": _opinions,
}


def show_design(found: DesignCheck, format_name: str) -> None:
    """Print how a model would behave: what each criterion does, the shares, the warnings."""
    if format_name == "json":
        click.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
        return
    rows = [
        {**asdict(one), "share": round(one.share, 3), "decides": round(one.decides, 3)}
        for one in found.effects
    ]
    show(rows, format_name, columns=("criterion", "weight", "share", "decides"))
    if format_name == "table":
        click.echo("\n" + "\n".join([*_shares(found), *found.warnings]))


def _shares(found: DesignCheck) -> list[str]:
    """Return the shares of all sets in words."""
    told = {
        "The cheapest bid wins": found.cheapest_wins,
        "The best by quality wins": found.best_wins,
        "A bid of the lower half by quality wins": found.bought,
        "A bid that lost decides who wins": found.paradox,
        "The first two are equal": found.ties,
        "They are less than half a point apart": found.close,
    }
    return [
        f"{words}: {share * 100:.1f} % of {found.sets:,} sets."
        for words, share in told.items()
        if share is not None
    ]
