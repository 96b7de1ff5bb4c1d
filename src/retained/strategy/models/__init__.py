"""Tables of `strategy`: IT functions, business cases, and what came true."""

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

__all__ = [
    "ActualEntry",
    "ActualsFile",
    "ActualsMapping",
    "Appraisal",
    "AssumptionConfirmation",
    "BusinessCase",
    "BusinessFunction",
    "CaseRun",
    "CaseSignature",
    "CaseState",
    "CaseVersion",
    "Criticality",
    "FunctionVersion",
    "ItFunction",
    "MonthlyRerun",
]
