"""Earn-back as an agreement writes it: what is refused, and what is written out."""

import pytest
from agreements_made import EXAMPLE

from retained.contracts.engine.reading import (
    AgreementRefusedError,
    read_agreement,
    write_agreement,
)
from retained.shared.remarks import Remark


def remarks_of(text: str) -> list[Remark]:
    with pytest.raises(AgreementRefusedError) as error:
        read_agreement(text, name="agreement.yaml")
    return error.value.remarks


def with_earn_back(written: str) -> str:
    return EXAMPLE.replace("times: 1.5}", f"times: 1.5}}, earn_back: {written}")


WRONG = [
    (
        "Say in one way how a credit is earned back: following_months: 3, or contract_year: true.",
        "{following_months: 3, contract_year: true}",
        "credits.earn_back",
    ),
    (
        "Say in one way how a credit is earned back: following_months: 3, or contract_year: true.",
        "{at_most: 50 %}",
        "credits.earn_back",
    ),
    (
        "Give one month at least: a credit is earned back by what follows it.",
        "{following_months: 0}",
        "credits.earn_back.following_months",
    ),
    (
        "At_most must lie above 0 % and at most at 100 % of the credit.",
        "{following_months: 3, at_most: 0 %}",
        "credits.earn_back.at_most",
    ),
    (
        "Earn_back names “other”, which is no service level with a credit: in-time.",
        "{contract_year: true, service_levels: other}",
        "credits.earn_back.service_levels",
    ),
    (
        "Earn_back.at_least does not fit “in-time”: “8h” is not a percentage: write it like "
        "95 %; name the service levels that can be earned back in earn_back.service_levels.",
        "{contract_year: true, at_least: 8h}",
        "credits.earn_back.at_least",
    ),
    (
        "Earn_back.at_least (94 %) is easier than what is expected of “in-time” (95 %): what is "
        "missed again earns nothing back; name the service levels that can be earned back in "
        "earn_back.service_levels.",
        "{contract_year: true, at_least: 94 %}",
        "credits.earn_back.at_least",
    ),
]


@pytest.mark.parametrize(("sentence", "written", "field"), WRONG, ids=[w[1] for w in WRONG])
def test_an_earn_back_that_nobody_could_compute_is_refused(
    sentence: str, written: str, field: str
) -> None:
    (remark,) = remarks_of(with_earn_back(written))
    assert (remark.sentence, remark.place.column) == (sentence, field)


def test_a_year_cannot_be_put_together_from_times() -> None:
    year = with_earn_back("{contract_year: true}").replace("credits:", MEAN + "credits:")
    (remark,) = remarks_of(year)
    assert remark.sentence == (
        "“mean” is no share, so its months cannot be put together to a year: name the service "
        "levels that can be earned back in earn_back.service_levels."
    )
    named = year.replace("contract_year: true", "contract_year: true, service_levels: [in-time]")
    agreement = read_agreement(named)
    assert [agreement.earn_back_of(level) is not None for level in agreement.service_levels] == [
        True,
        False,
    ]


def test_an_agreement_without_earn_back_is_written_as_before() -> None:
    text = write_agreement(read_agreement(EXAMPLE))
    assert "earn_back" not in text
    written = "{following_months: 3, at_least: 97 %, not_critical: true}"
    agreement = read_agreement(with_earn_back(written))
    assert agreement.as_document()["credits"]["earn_back"] == {
        "following_months": 3,
        "at_least": "97 %",
        "not_critical": True,
    }


MEAN = """\
  - id: mean
    title: Mean time
    source: brightdesk
    clock: resolve
    measure: mean
    expected: 8h
    credit: {allocation: 30 %, below_expected: 50 %}
"""
