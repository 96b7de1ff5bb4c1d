"""Whether a lead is real, in words.

In   what is known of it
Out  sentences, the most important first
Why  docs/methods/doubt.md
"""

from collections.abc import Iterator
from fractions import Fraction

from retained.shared.quantities import decimal_text, percent_text
from retained.tendering.engine.doubt.lead import LeadDoubt
from retained.tendering.engine.doubt.leave_out import WithoutOne
from retained.tendering.engine.evaluation_terms import WeightDoubt


def sentences(lead: LeadDoubt) -> list[str]:
    """Return what a person should know before signing."""
    ranking = lead.ranking
    if len(ranking.winners) > 1:
        names = " and ".join(one.bid.title for one in ranking.winners)
        return [f"{names} have the same total: the tender's rule for ties decides."]
    if len(ranking.ranked) == 1:
        return [f"{ranking.ranked[0].bid.title} is the only bid that passed: nobody to compare."]
    return [*_of_scores(lead), *_of_weights(lead), *_of_changes(lead), *_of_those_left_out(lead)]


def of_hundred(share: float) -> str:
    """Return a share as people say it; only what is always or never so is 100 or 0 of 100."""
    if 0 < share < 0.01:
        return "fewer than 1 of 100"
    if 0.99 < share < 1:
        return "more than 99 of 100"
    return f"{round(share * 100)} of 100"


def _winner_place(lead: LeadDoubt) -> int:
    return lead.ranking.marks.bids.index(lead.ranking.ranked[0].bid)


def _of_scores(lead: LeadDoubt) -> Iterator[str]:
    winner = lead.ranking.ranked[0].bid.title
    if lead.scores is None:
        yield "No two evaluators differ: the scores leave nothing to doubt."
        return
    share = lead.scores.by_rank[_winner_place(lead), 0]
    yield f"{winner} wins in {of_hundred(share)} plausible readings of your own scores."


def _of_weights(lead: LeadDoubt) -> Iterator[str]:
    share = of_hundred(lead.weights.by_rank[_winner_place(lead), 0])
    kinds = {
        WeightDoubt.FREE: "Whatever the weights",
        WeightDoubt.ORDERED: "With any weights in the same order",
        WeightDoubt.INTERVALS: _within(lead),
    }
    yield f"{kinds[lead.doubt.weights]}, {lead.ranking.ranked[0].bid.title} wins in {share}."


def _within(lead: LeadDoubt) -> str:
    points = decimal_text(lead.doubt.within * 100)
    words = f"With every weight within {points} points of a hundred from the published one"
    own = [
        f"“{one.title}” between {percent_text(low)} and {percent_text(high)}"
        for one in lead.ranking.evaluation.criteria
        if one.id in lead.doubt.between
        for low, high in [lead.doubt.between[one.id]]
    ]
    return f"{words} ({', '.join(own)})" if own else words


def _of_changes(lead: LeadDoubt) -> Iterator[str]:
    winner = lead.ranking.ranked[0].bid.title
    if lead.weight_changes:
        one = lead.weight_changes[0]
        way = "down" if one.at < one.now else "up"
        yield (
            f"{winner} stays first with a weight of “{one.branch.title}” {way} to "
            f"{_percent(one.still_holds)} (now {_percent(one.now)}, the others in proportion); "
            f"at {_percent(one.changes_at)} {one.instead.title} is first."
        )
    else:
        yield f"No change of one weight takes the lead from {winner}."
    if lead.together is not None:
        yield (
            f"Weights moved together: {lead.together.moved * 100:.2f} points of a hundred given to "
            f"other criteria are enough for {lead.together.instead.title}."
        )
    if lead.mark_changes:
        mark = lead.mark_changes[0]
        yield (
            f"One mark: {mark.bid.title} draws level at {float(mark.at):,.2f} instead of "
            f"{float(mark.now):,.2f} on “{mark.criterion.title}”; beyond that, "
            f"{mark.instead.title} is first."
        )


def _of_those_left_out(lead: LeadDoubt) -> Iterator[str]:
    winner = lead.ranking.ranked[0].bid
    for one in lead.without_evaluators:
        if one.first != winner:
            yield f"Without {one.without}, {one.first.title} is first{_ahead(one)}."
    for one in lead.without_bids:
        if not one.same:
            yield f"Had {one.without} stayed away, the others would stand in another order."


def _ahead(one: WithoutOne) -> str:
    return f" by {float(one.lead):.1f}" if one.lead else ""


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.1f} %"
