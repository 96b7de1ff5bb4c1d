"""The pages about agreements say what the product does."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from retained.contracts.engine.agreement import AgreementTerms, Answer, CreditBase, Renewal
from retained.contracts.engine.calendar_terms import CalendarTerms
from retained.contracts.engine.clock_terms import ClockTerms
from retained.contracts.engine.credit_terms import (
    Band,
    CreditPool,
    CreditTerms,
    EarnBackTerms,
    PointValue,
    Rung,
    Trigger,
)
from retained.contracts.engine.level_terms import ServiceLevelTerms
from retained.contracts.engine.reading import read_agreement
from retained.contracts.engine.sentences.levels import level_sentence

DOCS = Path(__file__).parents[2] / "docs"
MODELS = (
    AgreementTerms, CreditBase, Renewal, Answer, CalendarTerms, ClockTerms, ServiceLevelTerms,
    CreditTerms, Rung, Band, CreditPool, PointValue, EarnBackTerms,
    Trigger,
)  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_reference_names_every_field(model: type[BaseModel]) -> None:
    page = (DOCS / "reference/agreement.md").read_text("utf-8")
    names = {field.alias or name for name, field in model.model_fields.items()} - {"per"}
    assert {name for name in names if not re.search(rf"[`{{ ]{name}[`:]", page)} == set()


def test_the_tutorial_s_agreement_can_be_read_and_says_what_the_page_quotes() -> None:
    page = (DOCS / "tutorial/first-agreement.md").read_text("utf-8")
    text = page.partition("```yaml\n")[2].partition("```")[0]
    terms = read_agreement(text)
    quoted = " ".join(page.split())
    assert level_sentence(terms.service_levels[0], terms) in quoted
