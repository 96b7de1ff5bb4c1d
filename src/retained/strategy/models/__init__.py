"""Tables of `strategy`: IT functions, business cases, what came true, and rate cards."""

from retained.strategy.models.actuals import (
    ActualEntry,
    ActualsFile,
    ActualsMapping,
    MonthlyRerun,
)
from retained.strategy.models.cases import (
    AssumptionConfirmation,
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
    "AssumptionConfirmation",
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
    "MonthlyRerun",
    "RateCard",
]
