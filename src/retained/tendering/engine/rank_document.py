"""A ranking and what is known of its lead as plain values: for JSON, and to be kept.

In   the lead, and the bids that it is about
Out  a document that names the rule, the model, the bids, the draws and the seed
Why  docs/reference/evaluation.md
"""

from collections.abc import Sequence
from typing import Any

from retained.tendering.engine.bids import Bid, bids_hash
from retained.tendering.engine.doubt.acceptability import Acceptability
from retained.tendering.engine.doubt.lead import LeadDoubt
from retained.tendering.engine.doubt.leave_out import WithoutOne
from retained.tendering.engine.doubt.words import sentences
from retained.tendering.engine.evaluation import RULE_VERSION
from retained.tendering.engine.panel import panel_statistics
from retained.tendering.engine.ranking import Ranked, Ranking
from retained.tendering.engine.second_opinions.opinions import second_opinions

DIGITS = 6
Plain = dict[str, Any]


def rank_document(lead: LeadDoubt, bids: Sequence[Bid]) -> Plain:
    """Return everything; the same model, bids, draws and seed give the same document."""
    ranking = lead.ranking
    return {
        "rules": RULE_VERSION,
        "model": ranking.evaluation.reference,
        "model_sha256": ranking.evaluation.sha256,
        "bids_sha256": bids_hash(bids),
        "draws": lead.weights.draws,
        "seed": lead.weights.seed,
        "in_words": sentences(lead),
        "ranking": [_ranked(one) for one in ranking.ranked],
        "rejected": [{"bid": one.bid.id, "reasons": list(one.reasons)} for one in ranking.rejected],
        "remarks": [one.as_plain() for one in ranking.marks.remarks],
        "warnings": warnings(ranking),
        "doubt": {
            "scores": None if lead.scores is None else _shares(lead.scores, ranking),
            "weights": {
                "kind": lead.doubt.weights.value,
                "within": rounded(lead.doubt.within),
                **_shares(lead.weights, ranking),
            },
            "both": _shares(lead.both, ranking),
        },
        "smallest_changes": _changes(lead),
        "second_opinions": _opinions(ranking),
        "panel": _panel(ranking),
        "without_evaluator": [_without(one) for one in lead.without_evaluators],
        "without_bid": [_without(one) for one in lead.without_bids],
    }


def warnings(ranking: Ranking) -> list[str]:
    """Return a sentence for every price formula that makes one bid's value depend on another's."""
    return [
        f"The price formula of “{one.title}” is relative: a bid that cannot win can decide who "
        "does. Choose an absolute one before the tender is published."
        for one in ranking.evaluation.relative
    ]


def rounded(value: Any) -> float | None:
    """Return a figure as documents carry it; None for one that is not there."""
    found = None if value is None else round(float(value), DIGITS)
    return None if found is None or found != found else found  # noqa: PLR0124 - not a number


def _ranked(one: Ranked) -> Plain:
    return {
        "rank": one.rank,
        "bid": one.bid.id,
        "total": rounded(one.total),
        "lines": [
            {
                "criterion": line.criterion.id,
                "mark": rounded(line.mark),
                "value": rounded(line.value),
                "weight": rounded(line.criterion.weight),
                "points": rounded(line.points),
            }
            for line in one.contributions
        ],
    }


def _shares(found: Acceptability, ranking: Ranking) -> Plain:
    bids = [bid.id for bid in ranking.marks.bids]
    criteria = [one.id for one in ranking.evaluation.criteria]
    return {
        "by_rank": {bid: _row(row) for bid, row in zip(bids, found.by_rank, strict=True)},
        "wins": {
            bid: {other: rounded(share) for other, share in zip(bids, row, strict=True)
                  if other != bid}
            for bid, row in zip(bids, found.wins, strict=True)
        },
        "central_weights": {
            bid: dict(zip(criteria, _row(row), strict=True))
            for bid, row in zip(bids, found.central, strict=True)
        },
        "confidence": dict(zip(bids, _row(found.confidence), strict=True)),
    }  # fmt: skip


def _row(row: Any) -> list[float | None]:
    return [rounded(one) for one in row]


def _changes(lead: LeadDoubt) -> Plain:
    together = lead.together
    return {
        "one_weight": [
            {
                "criterion": one.branch.id,
                "now": rounded(one.now),
                "level_at": rounded(one.at),
                "still_holds": rounded(one.still_holds),
                "changes_at": rounded(one.changes_at),
                "instead": one.instead.id,
            }
            for one in lead.weight_changes
        ],
        "weights_together": together
        and {
            "moved": rounded(together.moved),
            "weights": dict(
                zip(
                    (one.id for one in lead.ranking.evaluation.criteria),
                    _row(together.weights),
                    strict=True,
                )
            ),
            "instead": together.instead.id,
        },
        "one_mark": [
            {
                "bid": one.bid.id,
                "criterion": one.criterion.id,
                "now": rounded(one.now),
                "level_at": rounded(one.at),
                "share_of_scale": rounded(one.share),
                "instead": one.instead.id,
            }
            for one in lead.mark_changes
        ],
    }


def _panel(ranking: Ranking) -> Plain:
    found = panel_statistics(ranking.evaluation, ranking.marks)
    return {
        "agreement": [
            {
                "criterion": one.criterion,
                "alpha": rounded(one.alpha),
                "reading": one.reading,
                "widest_on": one.widest,
                "spread": rounded(one.spread),
            }
            for one in found.agreements
        ],
        "evaluators": [
            {
                "evaluator": one.evaluator,
                "given": one.given,
                "missing": one.missing,
                "severity": rounded(one.severity),
                "outlying": [
                    {"bid": score.bid, "criterion": score.criterion, "by": rounded(score.by)}
                    for score in one.outlying
                ],
            }
            for one in found.evaluators
        ],
    }


def _opinions(ranking: Ranking) -> list[Plain]:
    return [
        {
            "method": one.method,
            "setting": one.setting,
            "agrees": one.agrees,
            "bids": {
                bid.id: {"rank": rank, "score": rounded(score)}
                for bid, rank, score in zip(ranking.marks.bids, one.ranks, one.scores, strict=True)
            },
        }
        for one in second_opinions(ranking)
    ]


def _without(one: WithoutOne) -> Plain:
    return {
        "without": one.without,
        "first": one.first.id,
        "lead": rounded(one.lead),
        "same_order": one.same,
    }
