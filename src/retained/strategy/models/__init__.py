"""Tables of `strategy`: IT functions, business cases, what came true, and rate cards."""

from retained.strategy.models.actuals import ActualEntry, ActualsFile, ActualsMapping
from retained.strategy.models.cases import (
    BusinessCase,
    CaseRun,
    CaseSignature,
    CaseState,
    CaseVersion,
)
from retained.strategy.models.portfolio import (
    Appraisal,
    BusinessFunction,
    Criticality,
    FunctionVersion,
    ItFunction,
)
from retained.strategy.models.rates import CardRate, RateCard

__all__ = [
    "ActualEntry",
    "ActualsFile",
    "ActualsMapping",
    "Appraisal",
    "BusinessCase",
    "BusinessFunction",
    "CardRate",
    "CaseRun",
    "CaseSignature",
    "CaseState",
    "CaseVersion",
    "Criticality",
    "FunctionVersion",
    "ItFunction",
    "RateCard",
]
