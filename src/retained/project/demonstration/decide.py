"""The story's first scene: the case that two people signed in 2025, and how it stands since.

What comes out is worked out by the engines; the case, the ledger and the reasons are the story's.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

from retained.files.storing import SentFile
from retained.project.demonstration.cast import Cast
from retained.project.demonstration.ledger import ledger_file, people_file
from retained.project.demonstration.plans import SEED
from retained.shared import clock
from retained.shared.months import Month
from retained.strategy.commands.actuals import give_actuals, set_actuals_mapping
from retained.strategy.commands.case_runs import keep_run
from retained.strategy.commands.cases import create_case, sign_case
from retained.strategy.commands.confirmations import confirm_assumptions
from retained.strategy.commands.rates import take_in_file
from retained.strategy.commands.reruns import keep_rerun
from retained.strategy.engine.actuals_terms import read_actuals_mapping
from retained.strategy.engine.answers import read_answers
from retained.strategy.engine.case_files import case_of, read_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.rate_card_mapping import read_rate_card_mapping
from retained.strategy.engine.wizard import first_case
from retained.strategy.models import BusinessCase
from retained.strategy.queries.confirmations import standings_of

_FOLDER = Path(__file__).with_name("cases")
_BEGUN = datetime(2025, 4, 24, 9, 0, tzinfo=UTC)
_CONFIRMED = (
    ("Jeroen", datetime(2025, 4, 28, 7, 40, tzinfo=UTC), ("people", "fee"), ""),
    ("Anouk", datetime(2025, 4, 29, 9, 15, tzinfo=UTC),
     ("cost_of_a_person", "cost_of_a_steerer", "severance"), ""),
    ("Femke", datetime(2025, 4, 30, 14, 5, tzinfo=UTC), ("retained_people",), ""),
    ("Femke", datetime(2025, 5, 2, 10, 30, tzinfo=UTC), ("transition",),
     "Jeroen is away; he wrote so on 30 April."),
)  # fmt: skip
_SIGNED = (
    ("Anouk", datetime(2025, 5, 6, 13, 0, tzinfo=UTC),
     "Even with the VAT that we do not get back it pays in four of five draws.",
     "Notice of the social plan is given before the transition begins."),
    ("Willem", datetime(2025, 5, 7, 8, 30, tzinfo=UTC),
     "The desk is no part of what the bank is. What we free goes into payments.",
     "Two people who know the desk stay to steer it."),
)  # fmt: skip
_OCTOBER = Month(2026, 10)
_GIVEN = datetime(2026, 11, 6, 10, 0, tzinfo=UTC)
_DRAFTED = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
_BRINGS = {
    "improve": (
        {"goal": "Reliable service", "mark": 2, "words": "Fewer faults, by the same people"},
    ),
    "offer": (
        {"goal": "Access to skills", "mark": 3, "words": "Two dozen people who know the old core"},
        {
            "goal": "Data sovereignty",
            "mark": 0,
            "words": "They would look at real data from abroad",
        },
    ),
}
_OWNERS = {
    "people": "Jeroen", "people_moving": "Jeroen", "less_work": "Jeroen", "salary": "Anouk",
    "on_cost": "Anouk", "wage_growth": "Anouk", "price": "Femke", "transition_share": "Femke",
}  # fmt: skip


def bring_cases(cast: Cast) -> None:
    """Sign the case of the service desk."""
    with clock.held_at(_BEGUN):
        text = _text("service-desk.yaml")
        desk = create_case(read_case(text), by=cast["Femke"], at=_BEGUN)
    _confirm(desk, cast)
    run = keep_run(desk.versions.get(), at=_BEGUN)
    for name, at, reasons, conditions in _SIGNED:
        with clock.held_at(at):
            sign_case(
                desk, run, chosen="offer", reasons=reasons, conditions=conditions,
                by=cast[name], at=at, expected_version=desk.version,
            )  # fmt: skip


def draft_maintenance(cast: Cast) -> None:
    """Draft the case of application maintenance, and keep the rates that were offered for it.

    Its draws are left to the worker: the first page need not wait for them.
    """
    with clock.held_at(_DRAFTED):
        maintenance = first_case(
            read_answers(_text("application-maintenance.yaml")), on=_DRAFTED.date()
        )
        about = {"reference": "AM-2027", "functions": ("application-maintenance",)}
        create_case(
            _serving(_owned(maintenance, cast)).model_copy(update=about),
            by=cast["Femke"], at=_DRAFTED, note="From twelve answers",
        )  # fmt: skip
        card = SentFile(io.BytesIO(_text("osprey-rates.csv").encode()), "osprey-rates.csv")
        reading = read_rate_card_mapping(_text("osprey-rates.yaml"))
        take_in_file(card, lambda _file, _table: reading, by=cast["Femke"], at=_DRAFTED)


def _confirm(case: BusinessCase, cast: Cast) -> None:
    """Let the owners of assumptions stand behind them."""
    found = {one.key: one.sha256 for one in standings_of(case.versions.get())}
    for name, at, keys, reason in _CONFIRMED:
        with clock.held_at(at):
            seen = {key: found[key] for key in keys}
            confirm_assumptions(case, seen, reason=reason, by=cast[name], at=at)


def _owned(terms: CaseTerms, cast: Cast) -> CaseTerms:
    """Return a case that says whose its first assumptions are."""
    owned = {
        key: terms.assumptions[key].model_copy(update={"owner": cast[name].email})
        for key, name in _OWNERS.items()
    }
    return terms.model_copy(update={"assumptions": {**terms.assumptions, **owned}})


def _serving(terms: CaseTerms) -> CaseTerms:
    """Return a case that says what its options do for the bank's goals and values."""
    document = terms.as_document()
    for option, benefits in _BRINGS.items():
        document["options"][option]["benefits"] = list(benefits)
    return case_of(document)


def say_what_came_true(cast: Cast) -> None:
    """Give the ledger up to October, and run the signed case again."""
    desk = BusinessCase.objects.get(reference="SD-2025")
    with clock.held_at(_GIVEN):
        mapping = read_actuals_mapping(_text("actuals.yaml"))
        set_actuals_mapping(desk, mapping, by=cast["Anouk"], at=_GIVEN, expected_number=0)
        for name, content in (
            ("grootboek-2026-10.csv", ledger_file(SEED, through=_OCTOBER)),
            ("regie-2026-10.csv", people_file(through=_OCTOBER)),
        ):
            sent = SentFile(io.BytesIO(content), name)
            give_actuals(desk, sent, by=cast["Anouk"], at=_GIVEN)
        keep_rerun(desk, at=_GIVEN)


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
