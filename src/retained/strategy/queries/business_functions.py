"""Reads of business functions: the list, and how many IT functions support each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from retained.strategy.models import BusinessFunction, Criticality, ItFunction
from retained.strategy.queries.portfolio import tree

_WEIGHTS = {name: weight for weight, name in enumerate(Criticality.values)}


@dataclass(frozen=True, slots=True)
class BusinessFunctionRow:
    """A business function as a line of the list; times in seconds, as pages show them."""

    reference: str
    title: str
    criticality: str
    weight: int
    recovery_time: int | None
    recovery_point: int | None
    supported_by: int
    is_retired: bool


def business_function_rows(
    found: QuerySet[BusinessFunction], functions: QuerySet[ItFunction]
) -> list[BusinessFunctionRow]:
    """Return business functions with how many of the IT functions support each."""
    supported = Counter(
        reference for row in tree(functions) for reference in set(row.terms.supports)
    )
    return [_row(one, supported[one.reference]) for one in found]


def business_functions_to_choose(
    found: QuerySet[BusinessFunction], kept: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Return reference and title of those in use, and of retired ones that are named already."""
    return [
        (one.reference, one.title if one.retired_at is None else f"{one.title} (retired)")
        for one in found
        if one.retired_at is None or one.reference in kept
    ]


def _row(one: BusinessFunction, supported_by: int) -> BusinessFunctionRow:
    return BusinessFunctionRow(
        reference=one.reference,
        title=one.title,
        criticality=one.get_criticality_display(),
        weight=_WEIGHTS[one.criticality],
        recovery_time=_seconds(one.recovery_time_minutes),
        recovery_point=_seconds(one.recovery_point_minutes),
        supported_by=supported_by,
        is_retired=one.retired_at is not None,
    )


def _seconds(minutes: int | None) -> int | None:
    return None if minutes is None else minutes * 60
