"""Accounts chosen one by one, as a form does, and the mapping that says the same.

In   a mapping, the accounts that were booked to, and what people chose for some of them
Out  a mapping by which each account goes where it was chosen to go, and all others as before
Why  docs/reference/actuals.md

A mapping holds rules (43*), a form shows accounts. So a choice that a rule says already changes
nothing, and only what differs becomes a rule of its own: no wider than what was chosen.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from retained.shared.quantities import shown
from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.actuals_terms import (
    AccountTerms,
    ActualsRefusedError,
    ActualsTerms,
    LeftOutTerms,
    read_actuals_mapping,
    write_actuals_mapping,
)

# What a rule can name; what else begins so would be taken for a wider rule.
_NAME = re.compile(r"[^\s*][^*]{0,58}$")
At = tuple[str, str]  # an account and its cost centre, as they were booked


@dataclass(frozen=True, slots=True)
class Choice:
    """Where an account goes: to a line, out of the case for a reason, or nowhere yet (neither)."""

    line: str = ""
    because: str = ""

    @property
    def is_left_out(self) -> bool:
        """Whether it is said not to belong to the case."""
        return not self.line and bool(self.because)


NOWHERE = Choice()
NO_REASON = "no reason was given"  # of accounts that a file left out without one


def choice_of(mapping: ActualsTerms, account: str, cost_centre: str) -> Choice:
    """Return where a mapping lets an account go."""
    found = mapping.rule_of(account, cost_centre)
    if found is None:
        return NOWHERE
    line, rule = found
    because = rule.because if isinstance(rule, LeftOutTerms) else ""
    return Choice(line) if line else Choice(because=because or NO_REASON)


def with_choices(
    mapping: ActualsTerms, choices: Mapping[At, Choice], booked: Iterable[At]
) -> ActualsTerms:
    """Return the mapping with some accounts going elsewhere; those `booked` besides stay.

    Where all cost centres of an account go one way the rule names none, so that it holds for
    another one next month. Raises ActualsRefusedError where no rules can say what was chosen.
    """
    changed = {at for at, chosen in choices.items() if choice_of(mapping, *at) != chosen}
    remarks = [_unnamable(account) for account, _ in sorted(changed) if not _NAME.match(account)]
    if remarks:
        raise ActualsRefusedError(remarks)
    found = mapping
    for account in sorted({account for account, _ in changed}):
        known = _centres_of(account, mapping, booked, choices)
        wanted = {
            centre: choices.get((account, centre), choice_of(mapping, account, centre))
            for centre in known
        }
        found = _with_account(found, account, wanted)
        remarks += _not_said(found, account, wanted)
    if remarks:
        raise ActualsRefusedError(remarks)
    return _without_empty_lines(found, mapping)


def mapping_of_choices(
    mapping: ActualsTerms,
    choices: Mapping[At, Choice],
    *,
    booked: Iterable[At],
    beginning: tuple[str, Choice] | None = None,
    closed: Mapping[str, str] | None = None,
) -> ActualsTerms:
    """Return the mapping that a whole form says; `closed` has "" for what is not closed.

    A beginning counts for accounts that no rule of their own takes. Raises ActualsRefusedError.
    """
    found = with_choices(mapping, choices, booked)
    if beginning is not None:
        found = with_beginning(found, *beginning)
    told = {**found.closed, **(closed or {})}
    months = {line: month for line, month in told.items() if month and found.lines.get(line)}
    # Read again, so that a form is held to whatever a file is held to.
    return read_actuals_mapping(
        write_actuals_mapping(found.model_copy(update={"closed": months})), name=""
    )


def with_beginning(mapping: ActualsTerms, beginning: str, choice: Choice) -> ActualsTerms:
    """Return the mapping with a rule for all accounts that begin so (43*), in place of its like."""
    rule = (beginning.rstrip("*") + "*", "")
    rest = _without(mapping, lambda one: _place(one) == rule)
    return _without_empty_lines(_with_rules(rest, {rule: choice}), mapping)


def _centres_of(
    account: str, mapping: ActualsTerms, booked: Iterable[At], choices: Iterable[At]
) -> list[str]:
    centres = {centre for one, centre in (*booked, *choices) if one == account}
    said = {rule.cost_centre for _, rule in mapping.accounts() if rule.account == account}
    return sorted(centres | (said - {""}))


def _with_account(
    mapping: ActualsTerms, account: str, wanted: Mapping[str, Choice]
) -> ActualsTerms:
    """Return the mapping with one account said anew: by one rule if that is enough."""
    rest = _without(mapping, lambda one: one.account == account)
    ways = set(wanted.values())
    if len(ways) == 1:
        [way] = ways
        whole = _with_rules(rest, {(account, ""): way})
        for said in (rest, whole):
            if all(choice_of(said, account, centre) == way for centre in wanted):
                return said
    rules = {
        (account, centre): way
        for centre, way in wanted.items()
        if choice_of(rest, account, centre) != way
    }
    if (account, "") in rules:  # it would take all others, too: each of them says its own
        rules = {(account, centre): way for centre, way in wanted.items()}
    return _with_rules(rest, rules)


def _with_rules(mapping: ActualsTerms, rules: Mapping[At, Choice]) -> ActualsTerms:
    lines = {line: list(some) for line, some in mapping.lines.items()}
    left_out = list(mapping.leave_out)
    for (account, centre), way in rules.items():
        if way.line:
            rule = AccountTerms(account=account, cost_centre=centre)
            lines.setdefault(way.line, []).append(rule)
        elif way.because:
            because = "" if way.because == NO_REASON else way.because
            left_out.append(LeftOutTerms(account=account, cost_centre=centre, because=because))
    return _with(mapping, lines, left_out)


def _without(mapping: ActualsTerms, is_meant: Callable[[AccountTerms], bool]) -> ActualsTerms:
    lines = {
        line: [one for one in some if not is_meant(one)] for line, some in mapping.lines.items()
    }
    return _with(mapping, lines, [one for one in mapping.leave_out if not is_meant(one)])


def _with(
    mapping: ActualsTerms,
    lines: Mapping[str, Sequence[AccountTerms]],
    left_out: Sequence[LeftOutTerms],
) -> ActualsTerms:
    return mapping.model_copy(
        update={
            "lines": {line: tuple(some) for line, some in lines.items()},
            "leave_out": tuple(left_out),
        }
    )


def _without_empty_lines(mapping: ActualsTerms, before: ActualsTerms) -> ActualsTerms:
    """Drop the lines that lost their last account, and that they were closed."""
    lost = {line for line, some in mapping.lines.items() if not some and before.lines.get(line)}
    lines = {line: some for line, some in mapping.lines.items() if line not in lost}
    closed = {line: month for line, month in mapping.closed.items() if line not in lost}
    return mapping.model_copy(update={"lines": lines, "closed": closed})


def _place(rule: AccountTerms) -> At:
    return rule.account, rule.cost_centre


def _unnamable(account: str) -> Remark:
    sentence = (
        f"No rule can name the account “{shown(account)}”: write it with 1 to 59 characters, "
        "without a star and without a space at its beginning."
    )
    return Remark(Severity.ERROR, "mapping", sentence, Place(column=shown(account)))


def _not_said(mapping: ActualsTerms, account: str, wanted: Mapping[str, Choice]) -> list[Remark]:
    """Return a remark for each cost centre that cannot stay without a line: a wider rule takes it.

    Whatever else was chosen has a rule of its own by now, and that is the closest.
    """
    remarks = []
    for centre in sorted(centre for centre, way in wanted.items() if way == NOWHERE):
        found = mapping.rule_of(account, centre)
        if found is None:
            continue
        of_centre = f" of {centre}" if centre else ""
        sentence = (
            f"{account}{of_centre} cannot stay without a line: the rule {found[1]} takes it. "
            "Choose a line, leave it out with a reason, or change that rule in the YAML."
        )
        remarks.append(Remark(Severity.ERROR, "mapping", sentence, Place(column=account)))
    return remarks
