"""Evaluation models and bids as people write them: every remark at once, with line and field."""

import csv
from fractions import Fraction

import pytest

from retained.shared.remarks import RefusedError, Remark
from retained.tendering.engine.bid_tables import BidsRefusedError, read_bids
from retained.tendering.engine.bids import ScoreState, bids_hash
from retained.tendering.engine.evaluation_files import (
    EvaluationRefusedError,
    bids_of,
    evaluation_of,
    evaluation_schema,
    model_hash,
    read_evaluation,
    write_evaluation,
)
from retained.tendering.engine.ranking import rank
from tendering.engine.made_tenders import EXAMPLE, ROOT, story_bids, story_terms

HEAD = "schema: retained/evaluation/1\nreference: T\ntitle: T\n"
TREE = """criteria:
  quality:
    title: Quality
    weight: 60 %
    criteria:
      speed: {title: Speed, weight: 50 %, scale: {worst: 10, best: 0}}
      team: {title: Team, weight: 50 %, scale: {cut_points: [[50, 80 %]]}}
  price: {title: Price, weight: 40 %, price: {formula: quality_in_money, reference: 90, point: 2}}
"""
BIDS = """bids:
  one:
    amounts: {price: 100}
    settled: {team: 50}
    scores: {lead: {speed: 5}, chief: {speed: "3 late"}}
"""
WRONG = """criteria:
  a: {title: A, weight: 50 %, scale: {worst: 5, best: 5}}
  b: {title: B, weight: 40 %, price: {formula: linear, best: 10}}
"""


def refused(text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(EvaluationRefusedError) as error:
        read_evaluation(HEAD + text, name="t.yaml")
    return [(one.place.row, one.place.column, one.sentence) for one in error.value.remarks]


def test_a_tree_is_flattened_with_exact_shares() -> None:
    found = evaluation_of(read_evaluation(HEAD + TREE))
    assert [(one.id, one.weight) for one in found.criteria] == [
        ("speed", Fraction(3, 10)), ("team", Fraction(3, 10)), ("price", Fraction(2, 5)),
    ]  # fmt: skip
    assert [(one.id, one.leaves) for one in found.branches] == [
        ("quality", (0, 1)), ("speed", (0,)), ("team", (1,)), ("price", (2,)),
    ]  # fmt: skip


def test_bids_in_the_models_own_file_are_ranked_with_its_rules() -> None:
    terms = read_evaluation(HEAD + "panel: {late: count}\n" + TREE + BIDS)
    [one] = rank(evaluation_of(terms), bids_of(terms), terms.panel).ranked
    speed, team, price = one.contributions
    assert (speed.mark, speed.value) == (4, Fraction(6, 10))
    assert team.value == Fraction(8, 10)
    assert price.points == 40 - Fraction(10, 2)  # each point of the total is worth 2
    strict = read_evaluation(HEAD + TREE + BIDS)
    with pytest.raises(RefusedError, match="chief has no score that counts"):
        rank(evaluation_of(strict), bids_of(strict), strict.panel)


def test_what_is_wrong_is_said_at_once_with_line_and_field() -> None:
    assert refused(WRONG) == [
        (5, "criteria.a.scale.best", "Worst and best are the same mark: let them differ."),
        (6, "criteria.b.price.worst", "Linear needs worst."),
    ]


@pytest.mark.parametrize(
    ("text", "row", "sentence"),
    [
        ("criteria:\n  a: {title: A, weight: 60 %}\n  b: {title: B, weight: 30 %}\n", 4,
         "The weights add up to 90 %: make them 100 % together."),
        ("criteria:\n  a: {title: A}\n  b: {title: B}\n", 4,
         "Give a weight to a, b, or a weighing to the branch."),
        ("gates: {a: {title: A}}\ncriteria:\n  a: {title: A}\n", 6,
         "“a” stands here twice: give each its own name."),
        ("criteria:\n  a: {title: A, price: {formula: lowest_over_price, best: 3}}\n", 5,
         "Lowest_over_price has no best: leave it out."),
        ("criteria:\n  a: {title: A, scale: {cut_points: [[20, 50 %], [10, 60 %]]}}\n", 5,
         "Cut points go from worst to best, and no value falls."),
        ("criteria:\n  a: {title: A, minimum: 3, price: {formula: lowest_over_price}}\n", 5,
         "A minimum is a mark on a scale: put it where marks are."),
        ("weighing: {order: [a, b]}\ncriteria:\n  a: {title: A}\n", 4,
         "Weigh every criterion of this branch once: a."),
        ("weighing: {order: [a], swing: {a: 100}}\ncriteria:\n  a: {title: A}\n", 4,
         "Choose one of swing, order, ahp and best_worst."),
        ("criteria:\n  a: {title: A}\ndoubt: {between: {b: [1 %, 2 %]}}\n", 6,
         "“b” is no criterion that is marked."),
        ("criteria:\n  a: {title: A}\ndoubt: {between: {a: [3 %, 2 %]}}\n", 6,
         "Two shares of the whole, the lower first."),
        ("criteria:\n  a: {title: A}\nbids:\n  x: {settled: {a: 101}}\n", 7,
         "101 is not on the scale of a: 0 to 100."),
        ("criteria:\n  a: {title: A}\nbids:\n  x: {amounts: {a: 10}}\n", 7,
         "This belongs below settled."),
    ],
)  # fmt: skip
def test_each_refusal_says_how_to_go_on(text: str, row: int, sentence: str) -> None:
    assert [(at, told) for at, _, told in refused(text)] == [(row, sentence)]


@pytest.mark.parametrize(
    ("weighing", "shares"),
    [
        ("{swing: {a: 100, b: 60, c: 40}}", (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))),
        ("{order: [c, a, b]}", (Fraction(5, 18), Fraction(2, 18), Fraction(11, 18))),
        ("{ahp: {pairs: [{first: a, second: b, times: 2}, {first: a, second: c, times: 6}, "
         "{first: b, second: c, times: 3}]}}",
         (Fraction(6, 10), Fraction(3, 10), Fraction(1, 10))),
        ("{best_worst: {best_to_others: {a: 8, b: 2, c: 1}, others_to_worst: {a: 1, b: 5, c: 8}}}",
         (Fraction(714, 10_000), Fraction(3214, 10_000), Fraction(6072, 10_000))),
    ],
)  # fmt: skip
def test_weights_follow_from_a_weighing(weighing: str, shares: tuple[Fraction, ...]) -> None:
    text = (
        f"weighing: {weighing}\ncriteria: {{a: {{title: A}}, b: {{title: B}}, c: {{title: C}}}}\n"
    )
    assert evaluation_of(read_evaluation(HEAD + text)).weights == shares


def test_writing_and_reading_give_an_equal_model_and_the_same_hash() -> None:
    for terms in (story_terms(), read_evaluation(HEAD + TREE + BIDS)):
        again = read_evaluation(write_evaluation(terms))
        assert again == terms
        assert model_hash(again) == model_hash(terms)


def test_the_hash_of_a_model_is_of_what_is_published_not_of_bids() -> None:
    plain = read_evaluation(HEAD + TREE)
    assert model_hash(plain) == model_hash(read_evaluation(HEAD + TREE + BIDS))
    changed = read_evaluation(HEAD + TREE.replace("60 %", "59 %").replace("40 %", "41 %"))
    assert model_hash(plain) != model_hash(changed)


def test_the_published_schema_is_the_models() -> None:
    path = ROOT / "docs" / "reference" / "schemas" / "evaluation-1.schema.json"
    told = "write it anew: retained rank --schema > docs/reference/schemas/evaluation-1.schema.json"
    assert path.read_text("utf-8") == evaluation_schema(), told


def remarks_of(rows: str) -> list[Remark]:
    with pytest.raises(BidsRefusedError) as error:
        read_bids("bidder,evaluator,criterion,score\n" + rows, story_terms().asked())
    return list(error.value.remarks)


def test_a_table_of_bids_says_every_row_that_is_wrong() -> None:
    wrong = (
        "A,,security_gate,maybe\n,,price,1\nA,lead,service,101\nA,lead,speed,1\nA,lead,price,1\n"
        "A,,price,0\nA,lead,values,7\nA,lead,values,8\n"
    )
    assert [(one.place.row, one.place.column, one.sentence) for one in remarks_of(wrong)] == [
        (2, "score", "“maybe” is neither pass nor fail."),
        (3, "bidder", "Say whose bid this row is about."),
        (4, "score", "101 is not on the scale of service: 0 to 100."),
        (5, "criterion", "“speed” is no gate or criterion of this model: security_gate, price, "
         "service, people, security, values."),
        (6, "score", "Price is not scored by evaluators: leave the evaluator out."),
        (7, "score", "A price is above nothing."),
        (9, "score", "This stands here twice: leave one of the rows out."),
    ]  # fmt: skip


def test_a_table_without_rows_or_columns_is_none() -> None:
    assert remarks_of("")[0].sentence == "There is no row below the header: add the bids."
    with pytest.raises(BidsRefusedError, match="“score”"):
        read_bids("bidder,evaluator,criterion\n", story_terms().asked())


def test_late_and_abstained_scores_are_read_as_what_they_are() -> None:
    text = "bidder,evaluator,criterion,score\nA,lead,service,72 late\nA,chief,service,abstained\n"
    [bid] = read_bids(text, story_terms().asked())
    assert bid.own["lead", "service"].state is ScoreState.LATE
    assert bid.own["lead", "service"].score == 72
    assert bid.own["chief", "service"].state is ScoreState.ABSTAINED


def test_the_order_of_rows_changes_no_hash() -> None:
    head, *body = (EXAMPLE / "bids.csv").read_text("utf-8").splitlines()
    turned = read_bids("\n".join([head, *body[::-1]]), story_terms().asked())
    assert bids_hash(story_bids()) == bids_hash(turned)


def test_bids_that_are_no_csv_are_refused(request: pytest.FixtureRequest) -> None:
    """How long a cell may be is one value of the process: other stages read longer ones."""
    longest = csv.field_size_limit(100_000)
    request.addfinalizer(lambda: csv.field_size_limit(longest))
    text = (EXAMPLE / "bids.csv").read_text("utf-8") + "9" * 200_000
    with pytest.raises(BidsRefusedError, match="From here on it is no CSV"):
        read_bids(text, story_terms().asked())
