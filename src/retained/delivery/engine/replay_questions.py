"""Questions of a what-if: plain words of a form or an address, turned into changes of the rules.

In   a question such as {"pauses": "both"}, the terms of an agreement
Out  the changes to replay its history under
Why  docs/methods/replays.md
"""

from collections.abc import Callable, Mapping

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.calendar_terms import CalendarTerms
from retained.contracts.engine.clock_terms import PriorityRule, ReopenedAsNew, Reopening, Stop
from retained.contracts.engine.level_terms import SHARES, Measure, ServiceLevelTerms
from retained.contracts.engine.targets import Target, parse_target
from retained.delivery.engine.replays import Changes, EarnBackChange
from retained.shared.states import State

CALENDARS = {
    "24x7": {"monday-sunday": ("00:00-24:00",)},
    "mon-fri-8-18": {"monday-friday": ("08:00-18:00",)},
    "mon-fri-7-20": {"monday-friday": ("07:00-20:00",)},
    "mon-sat-8-18": {"monday-saturday": ("08:00-18:00",)},
}
PAUSES: Mapping[str, tuple[State, ...]] = {
    "none": (),
    "client": (State.WAITING_CLIENT,),
    "third_party": (State.WAITING_THIRD_PARTY,),
    "both": (State.WAITING_CLIENT, State.WAITING_THIRD_PARTY),
}

EARN_BACKS: Mapping[str, EarnBackChange] = {
    "never": EarnBackChange(),
    "1": EarnBackChange(following_months=1),
    "3": EarnBackChange(following_months=3),
    "year": EarnBackChange(contract_year=True),
}


def changes_for(question: Mapping[str, str]) -> Callable[[AgreementTerms], Changes]:
    """Return what gives the changes of a question to each version of an agreement."""

    def changes(terms: AgreementTerms) -> Changes:
        hours = CALENDARS.get(question.get("calendar", ""))
        pauses = question.get("pauses")
        return Changes(
            calendar=CalendarTerms.model_validate({"hours": hours}) if hours else None,
            stops=Stop(question["stops"]) if "stops" in question else None,
            pauses_in=PAUSES[pauses] if pauses else None,
            on_reopening=Reopening(question["reopening"]) if "reopening" in question else None,
            reopened_as_new=ReopenedAsNew(question["as_new"]) if "as_new" in question else None,
            priority=PriorityRule(question["priority"]) if "priority" in question else None,
            levels=_levels(question, terms),
            targets=_targets(question, terms),
            expected=question.get("expected"),
            minimum=question.get("minimum"),
            earn_back=EARN_BACKS.get(question.get("earn_back", "")),
        )

    return changes


def _targets(question: Mapping[str, str], terms: AgreementTerms) -> dict[str, Target] | None:
    """Return the asked target for every priority that the chosen levels name."""
    if "target" not in question:
        return None
    target = parse_target(question["target"])
    names = {name for level in fitting_levels(terms, question) for name in level.targets}
    return dict.fromkeys(sorted(names), target)


def fitting_levels(terms: AgreementTerms, question: Mapping[str, str]) -> list[ServiceLevelTerms]:
    """Return the service levels whose targets and levels a question changes.

    The one that it names; else those that it fits: with a target, those that hold tickets against
    one; without, the shares that shall be high.
    """
    if question.get("level"):
        return [level for level in terms.service_levels if level.id == question["level"]]
    if question.get("target"):
        return [one for one in terms.service_levels if one.measure is Measure.WITHIN_TARGET]
    return [
        level
        for level in terms.service_levels
        if level.measure in SHARES and not level.lower_is_better
    ]


def changes_levels(question: Mapping[str, str]) -> bool:
    """Return whether a question changes what single service levels promise."""
    return any(question.get(name) for name in ("target", "expected", "minimum"))


def _levels(question: Mapping[str, str], terms: AgreementTerms) -> tuple[str, ...] | None:
    """Return the ids of the levels whose promise changes; None where all of them do."""
    fitting = tuple(level.id for level in fitting_levels(terms, question))
    whole = len(fitting) == len(terms.service_levels)
    return None if whole or not (changes_levels(question) or question.get("level")) else fitting
