"""Which line an account may belong to: a guess, with its reason, for a person to confirm.

In   an account with a text of its rows, the signed case, mappings of other cases
Out  a choice and where it comes from, or none
Why  docs/guide/living-case.md

What the case says itself goes before what another case's mapping says, and words come last.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retained.strategy.engine.account_choices import NO_REASON, NOWHERE, Choice, choice_of
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
    """Where an account may go, and why; a form offers what is `likely`, and only names the rest."""

    choice: Choice
    why: str
    is_likely: bool = True


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
            because = f"as in “{one.title}”" if way.because == NO_REASON else way.because
            yield AccountGuess(Choice(because=because), f"left out of “{one.title}”")
        elif way != NOWHERE and name in lines:
            yield AccountGuess(Choice(f"{chosen}.{name}"), f"as in “{one.title}”")


def _by_words(text: str, lines: dict[str, LineTerms], chosen: str) -> Iterator[AccountGuess]:
    """Yield the line that shares the most words with a text, unless two share as many."""
    said = _words(text)
    shared = {name: said.keys() & _words(f"{name} {line.title}") for name, line in lines.items()}
    most = max((len(words) for words in shared.values()), default=0)
    best = [name for name, words in shared.items() if len(words) == most]
    if most and len(best) == 1:
        words = ", ".join(sorted(said[word] for word in shared[best[0]]))
        choice = Choice(f"{chosen}.{best[0]}")
        yield AccountGuess(choice, f"its text says “{words}”", is_likely=False)


def _words(text: str) -> dict[str, str]:
    """Return the words of a text by what is left without their plural; short ones tell nothing."""
    found = _WORD.findall(text.replace("_", " ").casefold())
    return {word.removesuffix("s"): word for word in found}
