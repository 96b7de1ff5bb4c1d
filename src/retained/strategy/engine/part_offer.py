"""Handing out a part: what only the company's own people know stays, the rest goes.

In   the twelve answers: how much only own people know, and how many people there are
Out  whether a part can go, what the share is assumed to be, and the lines of that way
Why  docs/methods/cost-lines.md

It is no mixture of staying and handing out: what stays is what is hard to hand over, so the part
that goes is handed over sooner; but choosing, steering and assessing a provider, and the seam
between both teams, cost as much as for the whole.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from retained.shared.quantities import percent_text
from retained.strategy.engine.answers import Amount, Answers
from retained.strategy.engine.case_figures import ratio_or_number
from retained.strategy.engine.case_terms import AssumptionTerms, LineTerms, TaxTerms
from retained.strategy.engine.line_library import IN_HOUSE, OFFER, as_lines

# The share of the work that goes: lowest, likeliest, highest. Our judgement.
_GOES: Mapping[Amount, tuple[Decimal, Decimal, Decimal]] = {
    Amount.SOME: (Decimal("0.45"), Decimal("0.60"), Decimal("0.75")),
    Amount.MUCH: (Decimal("0.25"), Decimal("0.40"), Decimal("0.55")),
}
_DEARER = ("0 %", "3 %", "10 %")  # the unit of a part beside the unit of the whole
_FEWEST = 3  # people in the smaller of both teams: fewer cannot stand in for each other

# By what a line of the whole is multiplied: what follows the price, what follows the people.
_BY_PRICE, _BY_PEOPLE, _WHOLE = "part_price", "part_out", ""
SCALES: Mapping[str, str] = {
    "fee": _BY_PRICE,
    "selection": _WHOLE,
    "transition": _BY_PRICE,
    "knowledge_transfer": _BY_PRICE,
    "parallel_run": _BY_PEOPLE,
    "until_they_leave": _BY_PEOPLE,
    "until_they_move": _BY_PEOPLE,
    "severance": _BY_PEOPLE,
    "staff_transfer": _BY_PEOPLE,
    "dip": _BY_PRICE,
    "retained_team": _BY_PEOPLE,
    "governance": _BY_PRICE,
    "travel": _BY_PRICE,
    "time_zones": _BY_PRICE,
    "assurance": _WHOLE,
    "stranded": _BY_PEOPLE,
    "rework": _BY_PRICE,
    "exit": _BY_PRICE,
    "reversal": _BY_PEOPLE,
}
# The part that goes is known to others too.
_INSTEAD = {
    "own_knowledge": "part_knowledge",
    "side_by_side": "part_side_by_side",
}
PART_FORMULAS: Mapping[str, tuple[str, str, str]] = {
    "part_price": ("Price of the part", "of the price", "part_out * (1 + part_dearer)"),
    "part_side_by_side": (
        "Both work side by side on the part", "1 in a month in which they do",
        "clip(transfer_months * part_knowledge + 1 - month, 0, 1)",
    ),
}  # fmt: skip


def can_be_parted(answers: Answers) -> bool:
    """Return whether a part can go: some of it only own people know, and both teams can stand."""
    goes = _GOES.get(answers.own_knowledge)
    if goes is None:
        return False
    smaller = min(goes[1], 1 - goes[1])
    return ratio_or_number(answers.people) * smaller >= _FEWEST


def part_lines(tax: TaxTerms, *, without: Collection[str]) -> dict[str, LineTerms]:
    """Return what stays and what goes as lines of one option; `without` are those of nobody."""
    found = as_lines(IN_HOUSE, scale="(1 - part_out)")
    for one in OFFER:
        if one.id not in without:
            found |= as_lines([one], scale=SCALES[one.id], tax=tax)
    return {
        name: line.model_copy(update={"formula": _of_the_part(line.formula)})
        for name, line in found.items()
    }


def part_assumptions(
    answers: Answers, *, knowledge: str, source: str, on: date
) -> dict[str, AssumptionTerms]:
    """Return what is assumed of the part; `knowledge` is the weight of what is hardly hidden."""
    goes = _GOES[answers.own_knowledge]
    told = {
        "part_out": AssumptionTerms(
            title="Share of the work that goes",
            triangular=tuple(map(percent_text, goes)),
            unit="of the work",
            source=f"{source}: {answers.own_knowledge} is known to own people alone, and stays. "
            "The share is our judgement: count what is written down",
            on=on,
            prior=True,
        ),
        "part_dearer": AssumptionTerms(
            title="How much dearer a part is by the piece",
            triangular=_DEARER,
            unit="of the price",
            source=f"{source}: the offer is for all of it. Our judgement: ask for one for the part",
            on=on,
            prior=True,
        ),
        "part_knowledge": AssumptionTerms(
            title="Weight of own knowledge in the part that goes",
            value=knowledge,
            unit="times",
            source=f"{source}: what own people alone know stays. The weight is our judgement",
            on=on,
            prior=True,
        ),
    }
    worked = {
        name: AssumptionTerms(title=title, unit=unit, formula=formula)
        for name, (title, unit, formula) in PART_FORMULAS.items()
    }
    return told | worked


def _of_the_part(formula: str) -> str:
    names = "|".join(_INSTEAD)
    return re.sub(rf"\b(?:{names})\b", lambda found: _INSTEAD[found.group()], formula)
