"""Own, share or buy: what several people's answers about a function speak for.

In   answers from 0 to 4 to eight questions, by several people (or medians of answers: a what-if)
Out  a place on the map, a recommendation with its reasons, how far people differ, and which
     answers would change it
Why  docs/methods/own-or-buy.md
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, median

LOWEST, HIGHEST = 0, 4
_HIGH, _LOW = 2.5, 1.5
_WIDE_SPREAD = 2


class Question(StrEnum):
    """What is asked about a function; each answer goes from 0, not at all, to 4, very much."""

    EDGE = "edge"
    KNOWLEDGE = "knowledge"
    CAPABILITY = "capability"
    VULNERABILITY = "vulnerability"
    SPECIFICITY = "specificity"
    UNCERTAINTY = "uncertainty"
    OPPORTUNISM = "opportunism"
    FREQUENCY = "frequency"


IMPORTANCE = (Question.EDGE, Question.KNOWLEDGE)
RISK = (
    Question.VULNERABILITY, Question.SPECIFICITY, Question.UNCERTAINTY, Question.OPPORTUNISM,
)  # fmt: skip

WORDS = {
    Question.EDGE: "it gives an edge over competitors",
    Question.KNOWLEDGE: "knowledge about it must stay in the company",
    Question.CAPABILITY: "our own people do it as well as the market's best",
    Question.VULNERABILITY: "a failure of the provider would hurt much",
    Question.SPECIFICITY: "it needs people, tools or knowledge that serve only us",
    Question.UNCERTAINTY: "nobody can say now what will be needed",
    Question.OPPORTUNISM: "few providers could do it, and they could use that",
    Question.FREQUENCY: "it is needed all the time",
}


class Way(StrEnum):
    """What to do with a function."""

    KEEP = "keep"  # in-house, as it is
    IMPROVE = "improve"  # in-house, and made better
    SHARE = "share"  # with others: a shared service centre, a joint company
    PARTNER = "partner"  # handed out to one provider, closely steered
    CONTRACT = "contract"  # bought on a market


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that would change the recommendation."""

    question: Question
    to: int
    way: Way


@dataclass(frozen=True, slots=True)
class Advice:
    """What the answers speak for.

    `importance` and `risk` are means from 0 to 4, `answers` the medians; `differs` the questions on
    which people lie far apart; `agree` how many would get the same advice from their own answers.
    """

    way: Way
    importance: float
    risk: float
    answers: Mapping[Question, float]
    reasons: tuple[str, ...]
    differs: tuple[Question, ...]
    agree: int
    asked: int
    changes: tuple[Change, ...]


def advice(sheets: Sequence[Mapping[Question, float]]) -> Advice:
    """Return what some people's answers speak for; each sheet answers every question.

    Raises ValueError where there is no sheet, a question is open, or an answer is none of 0 to 4.
    """
    for sheet in sheets:
        _must_be_whole(sheet)
    if not sheets:
        raise ValueError("Nobody has answered yet.")
    middle = {one: float(median(sheet[one] for sheet in sheets)) for one in Question}
    way = way_of(middle)
    return Advice(
        way=way,
        importance=importance_of(middle),
        risk=risk_of(middle),
        answers=middle,
        reasons=tuple(_reasons(middle, way)),
        differs=tuple(one for one in Question if _spread(sheets, one) >= _WIDE_SPREAD),
        agree=sum(way_of(sheet) is way for sheet in sheets),
        asked=len(sheets),
        changes=tuple(_changes(middle, way)),
    )


def importance_of(answers: Mapping[Question, float]) -> float:
    """Return how much the function matters to what the company is."""
    return fmean(answers[one] for one in IMPORTANCE)


def risk_of(answers: Mapping[Question, float]) -> float:
    """Return how risky it is to depend on a provider for it."""
    return fmean(answers[one] for one in RISK)


def way_of(answers: Mapping[Question, float]) -> Way:
    """Return the way of the table in docs/methods/own-or-buy.md."""
    importance = importance_of(answers)
    is_able = answers[Question.CAPABILITY] >= 2
    is_risky = risk_of(answers) >= 2
    if importance >= _HIGH:
        if is_able:
            return Way.KEEP
        return Way.IMPROVE if is_risky else Way.PARTNER
    if importance >= _LOW:
        if is_able:
            return Way.KEEP if is_risky else Way.SHARE
        return Way.PARTNER
    if is_risky:
        return Way.PARTNER
    return Way.SHARE if is_able and answers[Question.FREQUENCY] >= 3 else Way.CONTRACT


def _must_be_whole(sheet: Mapping[Question, float]) -> None:
    missing = [one.value for one in Question if one not in sheet]
    if missing:
        raise ValueError(f"These questions are open: {', '.join(missing)}.")
    wrong = [one.value for one in Question if not LOWEST <= sheet[one] <= HIGHEST]
    if wrong:
        raise ValueError(f"An answer goes from 0 to 4: look at {', '.join(wrong)}.")


def _spread(sheets: Sequence[Mapping[Question, float]], question: Question) -> float:
    answers = [sheet[question] for sheet in sheets]
    return max(answers) - min(answers)


def _reasons(answers: Mapping[Question, float], way: Way) -> Iterator[str]:
    """Yield the sentences that lead to the way, the one that decides first."""
    importance, risk = importance_of(answers), risk_of(answers)
    if importance >= _HIGH:
        yield "It belongs to the core: " + _strongest(answers, IMPORTANCE) + "."
    elif importance >= _LOW:
        yield "It matters, and is not the core."
    else:
        yield "It is no part of the core."
    if way is not Way.CONTRACT or answers[Question.CAPABILITY] < 2:
        able = answers[Question.CAPABILITY] >= 2
        yield "Our own people keep up with the market." if able else "The market does it better."
    if risk >= 2:
        yield "Depending on a provider would be risky: " + _strongest(answers, RISK) + "."
    else:
        yield "Depending on a provider would be no great risk."
    if way is Way.SHARE and importance < _LOW:
        yield "It is needed all the time, so that others may share what it costs."


def _strongest(answers: Mapping[Question, float], some: Sequence[Question]) -> str:
    return WORDS[max(some, key=lambda one: answers[one])]


def _changes(answers: Mapping[Question, float], way: Way) -> Iterator[Change]:
    """Yield for each question the nearest answer, if any, with which another way comes out."""
    for question in Question:
        own = answers[question]
        for to in sorted(range(LOWEST, HIGHEST + 1), key=lambda to: (abs(to - own), to)):
            other = way_of({**answers, question: to})
            if other is not way:
                yield Change(question, to, other)
                break
