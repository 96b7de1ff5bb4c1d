"""Reads of files of actuals whose columns nobody has named yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from retained.files.child import run_limited
from retained.files.models import StoredFile
from retained.files.storing import path_of
from retained.strategy.engine.account_guesses import Earlier
from retained.strategy.engine.actuals import earliest_month
from retained.strategy.engine.actuals_files import header_as_plain
from retained.strategy.engine.actuals_looks import Look, fields_of_terms, look_as_plain, look_of
from retained.strategy.models import ActualsMapping, BusinessCase
from retained.strategy.queries.actuals import mapping_written_in, signed_terms

_MOST_EARLIER = 20


@dataclass(frozen=True, slots=True)
class Known:
    """Fields by which a file with these columns was read before, and where."""

    fields: Mapping[str, str]
    why: str


def header_of(file: StoredFile) -> list[str]:
    """Return the columns of a file, read in a process of its own; may raise Refusal."""
    return list(_header_in(str(path_of(file)), file.original_name))


@lru_cache(maxsize=256)
def _header_in(path: str, name: str) -> tuple[str, ...]:
    """Return the header of a stored file, whose content never changes."""
    return tuple(run_limited(header_as_plain, path, name))


def look_at(case: BusinessCase, file: StoredFile, fields: Mapping[str, str]) -> Look:
    """Return what a file gives by some fields; without any they are guessed."""
    terms = signed_terms(case)
    titles = {key: one.title or key for key, one in terms.assumptions.items()}
    since = str(earliest_month(terms.first_month))
    plain = run_limited(
        look_as_plain, str(path_of(file)), file.original_name, dict(fields), titles,
        [terms.currency, since],
    )  # fmt: skip
    return look_of(plain, terms.currency)


def known_fields(
    case: BusinessCase, columns: list[str], cases: QuerySet[BusinessCase]
) -> Known | None:
    """Return how a file with this header was read before: by this case, or by another of `cases`.

    So each source has its layout, and next month's file is known by its header.
    """
    own = case.actuals_mappings.order_by("-number")
    for mapping in own[:_MOST_EARLIER]:
        fields = fields_of_terms(mapping_written_in(mapping.document), columns)
        if fields:
            return Known(fields, f"as mapping {mapping.number} of this case read them")
    for one in earlier_mappings(case, cases):
        fields = fields_of_terms(one.mapping, columns)
        if fields and fields["kind"] == "ledger":
            return Known(fields | {"cost_centres": ""}, f"as in “{one.title}”")
    return None


def earlier_mappings(case: BusinessCase, cases: QuerySet[BusinessCase]) -> list[Earlier]:
    """Return the newest mapping of each other case, those saved last first."""
    others = ActualsMapping.objects.filter(case__in=cases).exclude(case=case)
    newest: dict[int, ActualsMapping] = {}
    for mapping in others.select_related("case").order_by("-created_at", "-pk")[:100]:
        newest.setdefault(mapping.case_id, mapping)
    return [
        Earlier(one.case.title, mapping_written_in(one.document))
        for one in list(newest.values())[:_MOST_EARLIER]
    ]


def reads(mapping: ActualsMapping, columns: list[str]) -> bool:
    """Return whether a mapping reads a file with these columns."""
    return fields_of_terms(mapping_written_in(mapping.document), columns) is not None
