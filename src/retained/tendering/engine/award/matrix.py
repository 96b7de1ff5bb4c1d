"""The model as the matrix of floats that a solver takes, well scaled.

In   the model, and what is fixed beforehand
Out  plain lists, ready to be sent to the child; and its answer read back
Why  docs/methods/award.md

Every scale is a power of two, so that scaling loses no digit. A row is scaled to a largest factor
between 512 and 1024: the solver's tolerance of one millionth is then a billionth of that factor.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from retained.tendering.engine.award.model import Column, Key, Model, Row

_AIM = 10  # 2 ** 10


@dataclass(frozen=True, slots=True)
class Matrix:
    """The lists for the child, and how to read what comes back."""

    lists: dict[str, Any]
    keys: tuple[Key, ...]
    cost_scale: Fraction  # minor units for one unit of the solver's cost
    constant: Fraction

    def cost(self, solved: float) -> Fraction:
        """Return what the solver's cost stands for, in minor units."""
        return Fraction(solved) * self.cost_scale + self.constant


def matrix_of(
    model: Model,
    *,
    gap: float,
    seed: int,
    fixed: Mapping[Key, int] | None = None,
    in_parts: bool = False,
    any_will_do: bool = False,
) -> Matrix:
    """Return the matrix of a model.

    `fixed` holds columns at whole numbers; `in_parts` asks for whole parts of divisible lots (in
    the first round they may be of any size); `any_will_do` asks for no cheapest.
    """
    columns = list(model.columns.values())
    units = [_unit(column, in_parts=in_parts) for column in columns]
    costs = [
        Fraction(0) if any_will_do else one.cost * u for one, u in zip(columns, units, strict=True)
    ]
    scale = _power(max((abs(cost) for cost in costs), default=Fraction(0)))
    held = [(fixed or {}).get(column.key) for column in columns]
    lists = {
        "cost": [float(cost / scale) for cost in costs],
        "whole": [int(_is_whole(one, in_parts=in_parts)) for one in columns],
        "least": [float(one or 0) for one in held],
        "most": [
            float(column.most / unit) if one is None else float(one)
            for column, unit, one in zip(columns, units, held, strict=True)
        ],
        "gap": gap,
        "seed": seed,
        **_rows(
            model.rows, {c.key: (i, u) for i, (c, u) in enumerate(zip(columns, units, strict=True))}
        ),
    }
    return Matrix(lists, tuple(model.columns), scale, model.constant)


def _is_whole(column: Column, *, in_parts: bool) -> bool:
    return column.parts == 1 or (in_parts and column.parts > 1)


def _unit(column: Column, *, in_parts: bool) -> Fraction:
    """Return what one of the solver's units is worth of a column."""
    if column.parts > 1:
        return Fraction(1, column.parts) if in_parts else Fraction(1)
    return Fraction(1) if column.parts else _power(column.most)


def _rows(rows: Sequence[Row], places: Mapping[Key, tuple[int, Fraction]]) -> dict[str, Any]:
    found: dict[str, Any] = {"factors": [], "places": [], "starts": [0], "low": [], "high": []}
    for row in rows:
        factors = [(places[key][0], factor * places[key][1]) for key, factor in row.terms]
        scale = _power(max((abs(factor) for _, factor in factors), default=Fraction(0)))
        found["factors"] += [float(factor / scale) for _, factor in factors]
        found["places"] += [place for place, _ in factors]
        found["starts"].append(len(found["places"]))
        found["low"].append(-math.inf if row.low is None else float(row.low / scale))
        found["high"].append(math.inf if row.high is None else float(row.high / scale))
    return found


def _power(largest: Fraction) -> Fraction:
    """Return the power of two that brings `largest` below 1,024 and not below 512."""
    if not largest:
        return Fraction(1)
    bits = math.frexp(float(largest))[1] - _AIM
    return Fraction(2) ** bits
