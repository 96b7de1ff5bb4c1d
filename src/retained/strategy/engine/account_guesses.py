"""Which line an account may belong to: a guess, with its reason, for a person to confirm.

In   an account with a text of its rows, the signed case, mappings of other cases
Out  a choice and where it comes from, or none
Why  docs/guide/living-case.md

What the case says itself goes before what another case's mapping says, and words come last.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retained.strategy.engine.account_choices import NOWHERE, Choice, choice_of
from retained.strategy.engine.actuals_terms import ActualsTerms
from retained.strategy.engine.case_terms import CaseTerms, LineTerms

_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A mapping that people made before, and the case that it was made for."""

    title: str
    mapping: ActualsTerms


@dataclass(frozen=True, slots=True)
class AccountGuess:
    """Where an account may go, and why."""

    choice: Choice
    why: str


def guessed_line(
    account: str,
    cost_centre: str,
    text: str,
    *,
    case: CaseTerms,
    chosen: str,
    earlier: Sequence[Earlier] = (),
) -> AccountGuess | None:
    """Return where an account may go by what is known, None where nothing speaks for a line."""
    lines = case.options[chosen].lines
    guesses = (
        *_by_the_case(account, cost_centre, lines, chosen),
        *_as_before(account, cost_centre, lines, chosen, earlier),
        *_by_words(text, lines, chosen),
    )
    return next(iter(guesses), None)


def _by_the_case(
    account: str, cost_centre: str, lines: dict[str, LineTerms], chosen: str
) -> Iterator[AccountGuess]:
    for name, line in lines.items():
        if line.account == account and line.cost_centre in {"", None, cost_centre}:
            yield AccountGuess(Choice(f"{chosen}.{name}"), "the case names this account")


def _as_before(
    account: str,
    cost_centre: str,
    lines: dict[str, LineTerms],
    chosen: str,
    earlier: Sequence[Earlier],
) -> Iterator[AccountGuess]:
    for one in earlier:
        way = choice_of(one.mapping, account, cost_centre)
        name = way.line.partition(".")[2]
        if way.is_left_out:
            yield AccountGuess(way, f"left out of “{one.title}”")
        elif way != NOWHERE and name in lines:
            yield AccountGuess(Choice(f"{chosen}.{name}"), f"as in “{one.title}”")


def _by_words(text: str, lines: dict[str, LineTerms], chosen: str) -> Iterator[AccountGuess]:
    """Yield the line that shares the most words with a text, unless two share as many."""
    said = set(_words(text))
    shared = {name: said & set(_words(f"{name} {line.title}")) for name, line in lines.items()}
    most = max((len(words) for words in shared.values()), default=0)
    best = [name for name, words in shared.items() if len(words) == most]
    if most and len(best) == 1:
        words = ", ".join(sorted(shared[best[0]]))
        yield AccountGuess(Choice(f"{chosen}.{best[0]}"), f"its text says “{words}”")


def _words(text: str) -> list[str]:
    """Return the words of a text without their plural: what is shorter tells nothing."""
    return [word.removesuffix("s") for word in _WORD.findall(text.replace("_", " ").casefold())]
