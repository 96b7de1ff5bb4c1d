"""The term, the answer to a statement and the parties as sentences.

In   the terms of an agreement, and the term as it stands on a day
Out  "1 Jul 2024 to 30 Jun 2027. It goes on by 12 months unless word is given by 30 Dec 2026."
Why  docs/guide/agreements.md
"""

from retained.contracts.engine.agreement import AgreementTerms, Silence
from retained.contracts.engine.sentences.words import counted
from retained.contracts.engine.term import Term
from retained.shared.days import short_day

_SILENCE = {
    Silence.AGREED: "its silence counts as agreement",
    Silence.DISPUTED: "its silence counts as a dispute",
    Silence.NOTHING: "its silence decides nothing",
}


def term_sentence(term: Term) -> str:
    """Return how long the agreement runs, how it goes on and by when word must be given."""
    runs = f"{short_day(term.starts_on)} to {short_day(term.ends_on)}"
    if term.renewals:
        runs += f", after it went on by itself {_times(term.renewals)}"
    if term.renewed_until and term.notice_on:
        return (
            f"{runs}. It goes on to {short_day(term.renewed_until)} unless word is given by "
            f"{short_day(term.notice_on)}."
        )
    if term.renewed_until:
        return f"{runs}. It goes on to {short_day(term.renewed_until)} by itself."
    if term.notice_on:
        return f"{runs}. The last day to give notice is {short_day(term.notice_on)}."
    return f"{runs}. It ends by itself."


def answer_sentence(terms: AgreementTerms) -> str:
    """Return how long the provider has to answer a statement, and what silence means."""
    within = counted(terms.answer.within_days, "day")
    return f"The provider answers a statement within {within}; {_SILENCE[terms.answer.silence]}."


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
