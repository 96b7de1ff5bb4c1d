"""The questions of own, share or buy as people are asked them, with words for every answer.

In   -
Out  for each question: its title, what is asked, and what the answers 0 to 4 stand for
Why  docs/methods/own-or-buy.md
"""

from collections.abc import Mapping
from dataclasses import dataclass

from retained.strategy.engine.own_or_buy import Question, Way


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: `levels` are the words for the answers 0, 1, 2, 3 and 4."""

    title: str
    sentence: str
    levels: tuple[str, str, str, str, str]


ASKED: Mapping[Question, Asked] = {
    Question.EDGE: Asked(
        "Competitive edge",
        "Do customers choose us because of how well we do this?",
        ("Nobody would notice", "Hardly", "A little", "Many do", "It is why they come"),
    ),
    Question.KNOWLEDGE: Asked(
        "Knowledge that must stay",
        "How much of what one learns by doing this must stay in the company?",
        ("Nothing", "Little", "Some of it", "Most of it", "All of it: it is our craft"),
    ),
    Question.CAPABILITY: Asked(
        "Relative capability",
        "How well do our own people do it, beside the best on the market?",
        ("Far behind", "Behind", "As well", "Better", "Clearly better than anybody"),
    ),
    Question.VULNERABILITY: Asked(
        "Vulnerability",
        "How much would it hurt if a provider failed at it?",
        ("Not at all", "A day's trouble", "Weeks of trouble", "Customers would leave",
         "The company would be at stake"),
    ),
    Question.SPECIFICITY: Asked(
        "Specific to us",
        "Do the people, tools and knowledge that it needs serve anybody else?",
        ("Everybody uses the same", "Mostly common", "About half is ours", "Mostly ours alone",
         "Nobody else could use them"),
    ),
    Question.UNCERTAINTY: Asked(
        "Uncertainty",
        "Can somebody write down today what will be needed in three years?",
        ("To the letter", "Mostly", "In outline", "Hardly", "Nobody can"),
    ),
    Question.OPPORTUNISM: Asked(
        "Room for opportunism",
        "How few providers could do it, and how easily could they use that?",
        ("Dozens compete", "Many", "A handful", "Two or three", "One, and it knows"),
    ),
    Question.FREQUENCY: Asked(
        "Frequency",
        "How often is it needed?",
        ("Once", "Once a year", "Every month", "Every week", "All day, every day"),
    ),
}  # fmt: skip

WAY_TITLES = {
    Way.KEEP: "Keep it in-house",
    Way.IMPROVE: "Keep it in-house and improve it",
    Way.SHARE: "Share it with others",
    Way.PARTNER: "Hand it to one partner, closely steered",
    Way.CONTRACT: "Buy it on the market",
}
WAY_WORDS = {
    Way.KEEP: "Keep", Way.IMPROVE: "Improve", Way.SHARE: "Share", Way.PARTNER: "Partner",
    Way.CONTRACT: "Contract",
}  # fmt: skip


def words_for(question: Question, answer: float) -> str:
    """Return the words of the level that an answer, or a median between two, comes nearest to."""
    return ASKED[question].levels[min(int(answer + 0.5), 4)]
