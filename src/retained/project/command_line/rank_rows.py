"""What `retained rank` lists of a result: for each part its columns and rows."""

from collections.abc import Callable
from typing import Any

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


PARTS: dict[str, Callable[[Row], Part]] = {
    "ranking": _ranking,
    "lines": _lines,
    "doubt": _doubt,
    "pairs": _pairs,
    "changes": _changes,
    "without": _without,
    "second-opinions": _opinions,
}
