"""IT functions: files, who does what, teams and volumes, with the figures of the methods page."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from golden.golden_tables import FOLDER, rows
from retained.shared.months import Month
from retained.shared.quantities import decimal_text, percent_text
from retained.strategy.engine.catalogue import catalogue, with_those_above
from retained.strategy.engine.function_figures import (
    expected_volume,
    function_remarks,
    monthly_volume,
    retained_teams,
    seen_growth,
    team_size,
)
from retained.strategy.engine.function_files import (
    FunctionRefusedError,
    function_of,
    function_schema,
    read_function,
    read_stored_function,
    with_fields,
    write_function,
)
from retained.strategy.engine.function_terms import (
    ActivityTerms,
    DataTerms,
    FunctionTerms,
    OptionTerms,
    RaciTerms,
    TeamLine,
    VolumeTerms,
)
from retained.strategy.engine.own_or_buy import Question
from retained.strategy.engine.questionnaire import ASKED, words_for
from retained.strategy.engine.raci import hand_offs, raci_remarks
from strategy.portfolio.function_texts import SERVICE_DESK, function

DOCS: Path = FOLDER.parent.parent / "docs"
MODELS = (FunctionTerms, TeamLine, VolumeTerms, DataTerms, RaciTerms, ActivityTerms, OptionTerms)
_SIDES = {"Service manager": "client", "Owner": "client", "Brightdesk": "provider",
          "Corvale": "provider"}  # fmt: skip
_REMARKS = {
    "no_accountable": "nobody answers for it",
    "several_accountable": "two answer for it",
    "no_responsible": "nobody does it",
}
_LETTERS = st.sets(st.sampled_from("RACI"), min_size=1).map("".join)
_MATRICES = st.lists(
    st.dictionaries(st.sampled_from(sorted(_SIDES)), _LETTERS), min_size=1, max_size=6
)
_LINES = st.lists(
    st.builds(
        TeamLine,
        role=st.just("Agent"),
        number=st.integers(0, 400).map(lambda quarters: Decimal(quarters) / 4),
        yearly_cost=st.integers(0, 200_000).map(Decimal),
    ),
    min_size=1,
    max_size=6,
)


def raci(steps: list[dict[str, str]], sides: dict[str, str] = _SIDES) -> RaciTerms:
    activities = [{"title": f"Step {number}", "who": who} for number, who in enumerate(steps)]
    return RaciTerms.model_validate({"parties": sides, "activities": activities})


def golden_matrix() -> RaciTerms:
    steps: list[dict[str, object]] = []
    for row in rows("it-functions/hand-offs.csv"):
        who: dict[str, str] = {}
        for column, letter in (("does it", "R"), ("answers for it", "A")):
            for party in row[column].split(" and "):
                if party != "nobody":
                    who[party] = who.get(party, "") + letter
        steps.append({"title": row["step"], "who": who})
    return RaciTerms.model_validate({"parties": _SIDES, "activities": steps})


def test_the_hand_offs_of_the_methods_page() -> None:
    matrix = golden_matrix()
    before = {one.before: "crosses" if one.crosses else "yes" for one in hand_offs(matrix)}
    told = {one.place.column: _REMARKS[one.code] for one in raci_remarks(matrix)}
    for row in rows("it-functions/hand-offs.csv"):
        assert before.get(row["step"], "no") == row["hand-off before it"], row["step"]
        assert told.get(row["step"], "none") == row["remark"], row["step"]


@given(steps=_MATRICES)
def test_turning_the_sides_round_changes_no_hand_off(steps: list[dict[str, str]]) -> None:
    turned = {"client": "provider", "provider": "client"}
    other = {party: turned[side] for party, side in _SIDES.items()}
    assert hand_offs(raci(steps)) == hand_offs(raci(steps, other))


@given(steps=_MATRICES)
def test_one_party_that_does_everything_hands_nothing_over(steps: list[dict[str, str]]) -> None:
    joined = [{**who, "Owner": "".join(sorted({*who.get("Owner", ""), "R"}))} for who in steps]
    assert hand_offs(raci(joined)) == []


@given(steps=_MATRICES)
def test_telling_more_people_hands_nothing_over(steps: list[dict[str, str]]) -> None:
    informed = [{**dict.fromkeys(_SIDES, "I"), **who} for who in steps]
    assert len(hand_offs(raci(informed))) == len(hand_offs(raci(steps)))


def _lines(text: str) -> tuple[TeamLine, ...]:
    parts = [part.split(" x ") for part in text.split(" + ")]
    return tuple(
        TeamLine(role="Any", number=number, yearly_cost=None if cost == "unknown" else cost)
        for number, cost in parts
    )


@pytest.mark.parametrize("row", rows("it-functions/teams.csv"), ids=lambda row: row["team"])
def test_the_teams_of_the_methods_page(row: dict[str, str]) -> None:
    today = _lines(rows("it-functions/teams.csv")[0]["lines"])
    terms = read_function(function("desk", more="currency: EUR\n")).model_copy(
        update={
            "people": today,
            "options": {"x": OptionTerms(title="X", team=_lines(row["lines"]))},
        }
    )
    [team] = retained_teams(terms)
    assert decimal_text(team.size.number) == row["people"]
    assert decimal_text(team.change) == row["beside today"]
    cost = decimal_text(team.size.cost.amount) if team.size.cost else "unknown"
    assert cost == row["cost a year"]


@given(lines=_LINES)
def test_splitting_a_line_changes_nothing(lines: list[TeamLine]) -> None:
    first, *others = lines
    half = first.model_copy(update={"number": first.number / 2})
    assert team_size([half, half, *others], "EUR") == team_size(lines, "EUR")
    assert team_size(lines[::-1], "EUR") == team_size(lines, "EUR")


@pytest.mark.parametrize("row", rows("it-functions/volumes.csv"))
def test_the_volumes_of_the_methods_page(row: dict[str, str]) -> None:
    counts = [
        value
        for part in row["counted"].replace(" months", "").split(", ")
        for number, value in [part.split(" of ")]
        for _ in range(int(number))
    ]
    months = [str(Month(2024, 1).plus(number)) for number in range(len(counts))]
    written = None if row["growth written"] == "none" else row["growth written"]
    volume = VolumeTerms.model_validate(
        {"history": dict(zip(months, counts, strict=True)), "growth": written}
    )
    now, seen, later = monthly_volume(volume), seen_growth(volume), expected_volume(volume, 3)
    assert now is not None
    assert decimal_text(now) == row["now"]
    assert ("none" if seen is None else percent_text(seen)) == row["growth seen"]
    assert ("unknown" if later is None else decimal_text(later)) == row["in three years"]


def test_what_is_written_is_read_again() -> None:
    terms = read_function(SERVICE_DESK)
    assert read_function(write_function(terms)) == terms
    assert read_stored_function(write_function(terms)) == terms
    for one in catalogue().values():
        assert read_function(write_function(one)) == one
        assert read_stored_function(write_function(one)) == one


def test_months_are_put_in_order_and_letters_are_read_in_any_way() -> None:
    terms = read_function(SERVICE_DESK)
    assert list(terms.volumes["tickets"].history) == ["2026-01", "2026-02"]
    assert terms.raci is not None
    assert terms.raci.activities[2].who == {"Brightdesk": "RA"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("number: 20", "number: -1", "not negative"),
        ("currency: EUR\n", "", "in which currency"),
        ("performer: provider", "performer: in_house", "yet somebody else is named"),
        ("kinds: [personal]", "kinds: [none]", "None stands alone"),
        ("Brightdesk: R,", "Corvale: R,", "no party of this matrix"),
        ("r/a", "X", "none of R, A, C, I"),
        ("2026-02: 3195", "2026-13: 3195", "not a month"),
        ("growth: 2 %", "growth: -100 %", "100 % or more"),
        ("  tickets:", "  Tickets:", "small letters"),
        ("way: partner", "way: hope", "keep"),
        (
            "reference: service-desk",
            "reference: service-desk\nparent: service-desk",
            "below itself",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(old: str, new: str, said: str) -> None:
    assert old in SERVICE_DESK
    with pytest.raises(FunctionRefusedError, match=said) as refused:
        read_function(SERVICE_DESK.replace(old, new))
    assert all(one.place.row for one in refused.value.remarks)


def test_what_is_missing_is_told_and_keeps_nobody_from_saving() -> None:
    assert function_remarks(read_function(SERVICE_DESK)) == []
    more = (
        "performer: shared\npeople: [{role: A, number: 2}]\ndata: {kinds: [secret]}\n"
        "options: {x: {title: X, way: contract}}\n"
    )
    told = {one.code for one in function_remarks(read_function(function("bare", more=more)))}
    assert told == {"no_owner", "no_performer", "no_country", "no_cost", "nobody_steers"}


def test_a_field_that_is_none_falls_back() -> None:
    terms = read_function(function("below", parent="top"))
    assert with_fields(terms, parent=None).parent is None
    with pytest.raises(FunctionRefusedError):
        function_of(["no", "function"])


def test_the_catalogue_is_whole_and_asks_for_no_repair() -> None:
    for terms in catalogue().values():
        assert terms.purpose
        assert terms.parent is None or terms.parent in catalogue()
        assert terms.raci is None or raci_remarks(terms.raci) == []
    assert [one.reference for one in with_those_above(["networks"])] == [
        "infrastructure", "networks",
    ]  # fmt: skip


def test_every_question_has_words_for_every_answer() -> None:
    assert set(ASKED) == set(Question)
    assert words_for(Question.EDGE, 2.5) == "Many do"
    assert words_for(Question.EDGE, 4.0) == "It is why they come"


def test_the_published_schema_is_that_of_the_models() -> None:
    path = DOCS / "reference" / "schemas" / "function-1.schema.json"
    assert path.read_text("utf-8") == function_schema()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_reference_names_every_field(model: type[BaseModel]) -> None:
    page = (DOCS / "reference" / "function.md").read_text("utf-8")
    names = {field.alias or name for name, field in model.model_fields.items()}
    assert {name for name in names if f"`{name}`" not in page and f"{name}:" not in page} == set()


def test_the_example_of_the_reference_can_be_read() -> None:
    page = (DOCS / "reference" / "function.md").read_text("utf-8")
    text = page.partition("```yaml\n")[2].partition("```")[0]
    assert read_function(text).reference == "service-desk"
