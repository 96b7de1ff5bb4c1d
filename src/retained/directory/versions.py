"""Saving a row that others may have saved meanwhile, and inserting one that may exist only once.

Later stages use both: the integer `version` of an editable row is the only lock there is.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, models, transaction

from retained.shared.errors import ChangedMeanwhileError, DomainError


@dataclass(frozen=True, slots=True)
class Change:
    """What a save did to a row: only the fields that differ."""

    before: Mapping[str, object]
    after: Mapping[str, object]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.after)


def save_version(row: models.Model, values: Mapping[str, object], *, version: int) -> Change:
    """Set `values` on `row` if it still has the `version` that the person had opened.

    Raises ChangedMeanwhileError if it does not. The row object is brought up to date.
    """
    fresh = type(row)._base_manager.get(pk=row.pk)
    before = {name: getattr(fresh, name) for name in values}
    saved = type(row)._base_manager.filter(pk=row.pk, version=version)
    if not saved.update(**values, version=version + 1):
        raise ChangedMeanwhileError(str(fresh))
    for name, value in [*values.items(), ("version", version + 1)]:
        setattr(row, name, value)
    changed = [name for name, value in values.items() if before[name] != value]
    return Change({n: before[n] for n in changed}, {n: values[n] for n in changed})


@contextmanager
def only_once(message: str) -> Iterator[None]:
    """Turn a uniqueness that the database refuses into `message` for people."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise DomainError(message) from error
