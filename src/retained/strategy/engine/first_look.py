"""What a first run of a case says, in sentences: which way costs the least, and how sure that is.

In   the result of a case
Out  the cheapest way, and sentences that a person can repeat to somebody else
Why  docs/guide/beginning-a-case.md
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from retained.strategy.engine.results import CaseResult, OptionResult

# Case studies of offshoring report 15 to 30 % (docs/methods/priors.md).
_USUAL_SAVING = 0.30
_CLOSE = 0.6  # of the draws: below it, another way is nearly as likely to be the cheapest


@dataclass(frozen=True, slots=True)
class FirstLook:
    """`cheapest` is the option of the best median; `surely` its share of draws as the cheapest."""

    cheapest: str
    surely: float
    headline: str
    sentences: tuple[str, ...]


def first_look(result: CaseResult) -> FirstLook:
    """Return what the run says; staying is the answer where no option saves at the median."""
    best = max(result.options, key=lambda one: one.value.p50)
    saves = best.value.p50 > 0
    baseline = result.terms.baseline
    name = best.id if saves else baseline
    surely = cheapest_share(result, name)
    sentences = [*_about_the_lead(surely), *_about_options(result)]
    if saves:
        sentences += [*_about_the_size(result, best), *_about_what_matters(result, best)]
    return FirstLook(name, surely, _headline(result, name, best), tuple(sentences))


def cheapest_share(result: CaseResult, name: str) -> float:
    """Return in which share of the draws an option costs the least of all."""
    options = result.simulation.options
    least = np.minimum.reduce([one.present for one in options.values()])
    return float(np.mean(options[name].present <= least))


def _headline(result: CaseResult, name: str, best: OptionResult) -> str:
    title = result.terms.options[name].title
    if name == result.terms.baseline:
        return f"{title}: on these answers no other way saves anything at the median."
    return f"{title}: it saves {_money(result, best.value.p50)} at the median of all draws."


def _about_the_lead(surely: float) -> Iterator[str]:
    draws = f"It costs the least of all ways in {_of_100(surely)}."
    if surely < _CLOSE:
        yield f"{draws} That is close: settle the assumptions that matter most before you decide."
    else:
        yield draws


def _about_options(result: CaseResult) -> Iterator[str]:
    for one in result.options:
        spread = f"{_money(result, one.value.p10)} and {_money(result, one.value.p90)}"
        back = (
            "the money is not back within the term"
            if one.payback.median is None
            else f"the money is back in month {one.payback.median}"
        )
        yield (
            f"{one.title} saves anything in {_of_100(one.value.chance)}; eight of ten lie between "
            f"{spread}, and at the median {back}."
        )


def _about_the_size(result: CaseResult, best: OptionResult) -> Iterator[str]:
    stay = float(np.median(result.simulation.options[result.terms.baseline].present))
    share = best.value.p50 / stay if stay > 0 else 0.0
    if share > _USUAL_SAVING:
        yield (
            f"That is {share * 100:.0f} % of what staying costs, and case studies report "
            "15 to 30 %: look whether it does all the work."
        )


def _about_what_matters(result: CaseResult, best: OptionResult) -> Iterator[str]:
    assumptions = result.terms.assumptions
    names = [assumptions[one.driver].title or one.driver for one in best.matters[:3]]
    if names:
        yield f"What matters most: {'; '.join(names)}."


def _of_100(share: float) -> str:
    """Return a share in whole draws of a hundred; only all of them are 100, and only none is 0."""
    whole = round(share * 100)
    if whole == 100 and share < 1:
        whole = 99
    if whole == 0 and share > 0:
        return "less than 1 of 100 draws" if share < 0.005 else "1 of 100 draws"
    return f"{whole} of 100 draws"


def _money(result: CaseResult, amount: float) -> str:
    """Return an amount in whole thousands where there are many: a first look is no more exact."""
    step = 1000 if abs(amount) >= 10_000 else 1
    return f"{round(amount / step) * step:,} {result.terms.currency}"
