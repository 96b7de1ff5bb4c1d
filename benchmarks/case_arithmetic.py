"""The model of the benchmarks of business cases, written out in NumPy: the yardstick.

20 lines over 60 months, 25 triangular drivers. NumPy only, so that a peer's environment can use it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

MONTHS, RATE = 60, 0.07
CORNERS = {
    "people": (24, 30, 38), "salary": (52e3, 60e3, 70e3), "on_cost": (0.25, 0.3, 0.4),
    "wage_growth": (0.01, 0.03, 0.05), "attrition": (0.05, 0.13, 0.25),
    "recruiting": (4e3, 5e3, 9e3), "vacant": (1, 2, 4), "premium": (0.1, 0.3, 0.6),
    "ramp_months": (3, 6, 12), "training": (1e3, 2e3, 4e3), "tools": (2e3, 3e3, 5e3),
    "facilities": (3e3, 5e3, 8e3), "span": (8, 10, 14),
    "fee": (85e3, 92e3, 104e3), "price_index": (0.0, 0.025, 0.05), "labour_share": (0.5, 0.7, 0.9),
    "transition": (3e5, 5e5, 9e5), "parallel": (2, 3, 6), "dip": (0.03, 0.1, 0.27),
    "governance": (0.03, 0.045, 0.12), "retained": (0.03, 0.06, 0.1), "travel": (500, 2e3, 6e3),
    "severance": (2e5, 4e5, 8e5), "rework": (0.01, 0.02, 0.06), "assurance": (200, 500, 900),
}  # fmt: skip
_MONTH = np.arange(1.0, MONTHS + 1)[np.newaxis, :]
_YEAR = np.floor((_MONTH - 1) / 12)
_FACTORS = (1 + RATE) ** (-np.arange(1, MONTHS + 1) / 12)


def saving(v: Mapping[str, Any]) -> Any:
    """Return the present value that is saved, for numbers or for columns of draws."""
    month, year = _MONTH, _YEAR
    wage = (1 + v["wage_growth"]) ** year
    price = (1 + v["price_index"]) ** year
    leave = v["people"] * v["attrition"] / 12
    stay = v["people"] * v["salary"] / 12 * wage
    stay += v["people"] * v["salary"] * v["on_cost"] / 12 * wage
    stay += leave * v["recruiting"]
    stay += leave * v["vacant"] * v["salary"] / 12 * v["premium"] * wage
    stay += leave * v["ramp_months"] * v["salary"] / 24 * wage
    stay += v["people"] * v["training"] / 12
    stay += v["people"] * v["tools"] / 12
    stay += v["people"] * v["facilities"] / 12
    stay += v["people"] / v["span"] * 1.5 * v["salary"] / 12 * wage
    stay += v["people"] * v["salary"] * 0.05 * ((month == 12) + (month == 24.0) + (month == 36))
    step = 1 + np.minimum(np.maximum(v["labour_share"] * v["price_index"], 0), 0.03)
    offer = v["fee"] * step**year * np.minimum(month / 6, 1)
    offer += v["transition"] / 6 * (month <= 6)
    offer += v["people"] * v["salary"] / 12 * (month <= v["parallel"])
    offer += v["fee"] * v["dip"] * np.maximum(0, 1 - (month - 1) / 9)
    offer += v["fee"] * v["governance"] * price
    offer += v["people"] * v["salary"] * v["retained"] / 12 * wage
    offer += v["travel"]
    offer += v["severance"] * (month == 7)
    offer += v["fee"] * v["rework"] * price
    offer += v["people"] * v["assurance"] / 12
    return (stay - offer) @ _FACTORS
