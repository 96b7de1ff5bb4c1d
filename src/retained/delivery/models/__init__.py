"""Tables of delivery: what was measured, what was left out, what was closed and what is owed."""

from retained.delivery.models.closes import CloseState, MonthClose, ProviderAnswer
from retained.delivery.models.credit import CreditClaim, CreditState, EarnedBack
from retained.delivery.models.exclusion import Exclusion, ExclusionState
from retained.delivery.models.measured import Measured, MeasuredMonth
from retained.delivery.models.standing import Standing

__all__ = [
    "CloseState",
    "CreditClaim",
    "CreditState",
    "EarnedBack",
    "Exclusion",
    "ExclusionState",
    "Measured",
    "MeasuredMonth",
    "MonthClose",
    "ProviderAnswer",
    "Standing",
]
