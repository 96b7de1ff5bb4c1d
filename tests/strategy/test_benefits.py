"""Benefits name a goal or value of the company, in every door."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from directory.cast import AT, Cast
from machine import machine_of
from retained.directory.engine.roles import Role
from retained.directory.models import Goal
from retained.project.command_line.program import program
from retained.strategy.commands.case_runs import keep_run
from retained.strategy.commands.cases import change_case, create_case, sign_case
from retained.strategy.engine.case_files import read_case
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.models import BusinessCase
from retained.strategy.queries.cases import terms_written_in, version_of
from strategy.case_texts import SURE

SERVING = SURE.replace(
    "    title: Offer\n", "    title: Offer\n    benefits: [{goal: Skills, mark: 3}]\n"
)


@pytest.fixture
def skills(cast: Cast) -> Goal:
    Goal.objects.create(kind="value", name="Fair work", weight=10, starts_on=AT.date())
    Goal.objects.create(kind="goal", name="Speed", weight=60, starts_on=AT.date())
    return Goal.objects.create(kind="goal", name="Skills", weight=20, starts_on=AT.date())


@pytest.fixture
def serving(cast: Cast, skills: Goal) -> BusinessCase:
    return create_case(read_case(SERVING), by=cast.people[Role.FINANCE], at=AT)


@pytest.fixture
def browser(cast: Cast) -> Client:
    browser = Client()
    browser.force_login(cast.people[Role.FINANCE])
    return browser


def test_a_benefit_for_no_goal_of_the_company_is_refused_with_its_line(
    cast: Cast, browser: Client, tmp_path: Path
) -> None:
    with pytest.raises(CaseRefusedError, match="“Skills” is no goal or value"):
        create_case(read_case(SERVING), by=cast.people[Role.FINANCE], at=AT)
    sent = browser.post("/cases/new/", {"text": SERVING})
    assert sent.status_code == 422
    assert "Line" in sent.text
    assert "“Skills” is no goal or value of the company" in sent.text
    asked = machine_of(cast.people[Role.FINANCE]).post(
        "/api/v1/cases", SERVING, content_type="application/yaml"
    )
    assert (asked.status_code, "no goal or value" in asked.text) == (422, True)
    file = tmp_path / "case.yaml"
    file.write_text(SERVING, "utf-8")
    owner = cast.people[Role.FINANCE].email
    ended = CliRunner().invoke(program, ["case", "keep", str(file), "--as", owner])
    assert (ended.exit_code, "case.yaml, row 17" in ended.stderr) == (1, True)
    assert not BusinessCase.objects.exists()


def test_a_goal_that_has_ended_stays_where_it_was_named(
    serving: BusinessCase, skills: Goal, cast: Cast
) -> None:
    skills.ends_on = AT.date().replace(day=10)
    skills.starts_on = AT.date().replace(day=1)
    skills.save()
    later = AT.replace(day=12)
    text = SERVING.replace("{value: 90", "{value: 80")
    change_case(
        serving, read_case(text), note="", by=cast.people[Role.FINANCE], at=later,
        expected_version=serving.version,
    )  # fmt: skip
    with pytest.raises(CaseRefusedError, match="“Charm” is no goal"):
        change_case(
            serving, read_case(text.replace("Skills", "Charm")), note="", at=later,
            by=cast.people[Role.FINANCE], expected_version=serving.version,
        )  # fmt: skip


def test_the_result_groups_by_goal_and_shows_what_nothing_serves(
    serving: BusinessCase, browser: Client
) -> None:
    keep_run(version_of(serving), at=AT)
    page = browser.get("/cases/SURE/").text
    assert "It serves 1 of 3 goals and values." in page
    shown = page[page.index("Beside the money") :]
    assert shown.index("Speed") < shown.index("Skills") < shown.index("Fair work")
    assert "nothing that is written" in shown
    assert "3 of 4" in shown


def test_a_signed_case_stands_beside_the_goals_of_the_day_on_which_it_was_signed(
    serving: BusinessCase, browser: Client, cast: Cast
) -> None:
    run = keep_run(version_of(serving), at=AT)
    for role in (Role.FINANCE, Role.EXECUTIVE):
        sign_case(
            serving, run, chosen="offer", reasons="It pays", by=cast.people[role], at=AT,
            expected_version=serving.version,
        )  # fmt: skip
    before = serving.versions.get().sha256
    tomorrow = AT.date().replace(day=10)
    Goal.objects.filter(name="Speed").update(ends_on=tomorrow)
    Goal.objects.create(kind="goal", name="Quiet", weight=50, starts_on=tomorrow)
    shown = browser.get("/cases/SURE/").text
    assert "Speed" in shown
    assert "Quiet" not in shown
    assert serving.versions.get().sha256 == before


def test_a_form_offers_the_goals_that_hold_and_keeps_a_version(
    serving: BusinessCase, browser: Client
) -> None:
    address = "/cases/SURE/options/offer/benefits/1/"
    form = browser.get(address).text
    assert "Fair work" in form
    answers = {"goal": "Fair work", "figure": "7", "unit": "apprentices", "version": 1}
    assert browser.post(address, answers).status_code == 302
    sent = browser.post(
        "/cases/SURE/options/stay/new-benefit/", {"goal": "Speed", "mark": "0", "version": 2}
    )
    assert sent.status_code == 302
    options = terms_written_in(version_of(serving).document).options
    assert [(one.goal, one.figure) for one in options["offer"].benefits] == [("Fair work", "7")]
    assert [(one.goal, one.mark) for one in options["stay"].benefits] == [("Speed", 0)]
    assert "apprentices" in browser.get("/cases/SURE/terms/").text
    wrong = browser.post(address, {"goal": "Fair work", "version": 3})
    assert (wrong.status_code, "give a mark from 0 to 4" in wrong.text.lower()) == (422, True)
    assert browser.post(address, {"goal": "Charm", "mark": "1", "version": 3}).status_code == 422
    gone = browser.post(address, {"goal": "Fair work", "mark": "1", "version": 3, "remove": "1"})
    assert gone.status_code == 302
    assert browser.get(address).status_code == 404


def test_machines_read_what_each_option_serves(serving: BusinessCase, cast: Cast) -> None:
    found = machine_of(cast.people[Role.LEGAL]).get("/api/v1/cases/SURE/benefits").json()
    assert [one["option"] for one in found] == ["stay", "offer"]
    assert [(one["goal"], one["share"], one["is_served"]) for one in found[1]["goals"]] == [
        ("Speed", "0.7500", False), ("Skills", "0.2500", True), ("Fair work", "1.0000", False),
    ]  # fmt: skip
    given = ["case", "benefits", "SURE", "--as", cast.people[Role.LEGAL].email]
    listed = json.loads(CliRunner().invoke(program, [*given, "--format", "json"]).stdout)
    assert [row["benefits"] for row in listed if row["is_served"]] == ["3 of 4"]
