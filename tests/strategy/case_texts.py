"""Cases as people write them, run: the example of the service desk, and small ones in YAML."""

from functools import cache
from pathlib import Path

from retained.strategy.engine.case_files import model_of, read_case
from retained.strategy.engine.result_document import result_figures
from retained.strategy.engine.result_figures import ResultFigures
from retained.strategy.engine.results import CaseResult, run_case
from retained.strategy.engine.simulation import simulate

EXAMPLE = Path(__file__).parents[2] / "examples" / "service-desk-case" / "case.yaml"
WITH_DECISIONS = EXAMPLE.with_name("with-decisions.yaml")
SURE = """
schema: retained/case/1
reference: SURE
title: All for sure
currency: EUR
from: 2026-04
months: 15
discount: 0 %
fiscal_year_from: 4
baseline: stay
assumptions:
  fee: {value: 90, unit: EUR a month}
options:
  stay: {title: Stay, lines: {team: {formula: "100"}}}
  offer:
    title: Offer
    lines:
      fee: {formula: fee}
      begin: {formula: "30", paid: at_start, once: true}
"""


def run_text(text: str, *, draws: int = 1000, seed: int = 7) -> CaseResult:
    terms = read_case(text)
    return run_case(simulate(model_of(terms), draws=draws, seed=seed), terms)


@cache
def example() -> CaseResult:
    return run_text(EXAMPLE.read_text("utf-8"), draws=2000)


@cache
def sure() -> CaseResult:
    return run_text(SURE)


@cache
def example_figures() -> ResultFigures:
    return result_figures(example())


@cache
def with_decisions() -> CaseResult:
    return run_text(WITH_DECISIONS.read_text("utf-8"), draws=2000)


@cache
def figures_with_decisions() -> ResultFigures:
    return result_figures(with_decisions())
