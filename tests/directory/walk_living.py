"""Examples of what came true of a case, for the access walk."""

import io

from directory.cast import AT, Cast
from directory.walk_registry import Pair, example
from retained.directory.models import Person
from retained.files.storing import store_upload
from retained.strategy.access.actuals import folder_of
from retained.strategy.commands.reruns import keep_rerun
from retained.strategy.models import BusinessCase
from strategy.signed_cases import lived_case

HELD = b"Datum;Rekening;Bedrag\n31-03-2026;4310;1,00\n"
_OF_A_CASE = (
    "case_actuals", "case_actuals_mapping", "case_actuals_file", "case_actuals_withdraw",
    "case_actuals_original", "case_living", "case_living_line", "api:case_actuals",
    "api:case_actuals_mapping", "api:case_actuals_withdraw", "api:case_living",
    "api:case_living_line", "api:case_months", "case_actuals_accounts", "case_actuals_columns",
    "case_actuals_aside", "api:case_actuals_accounts", "api:case_actuals_look",
)  # fmt: skip


def own_lived_case(cast: Cast) -> BusinessCase:
    """Return the signed case that the walk opens, with three months that came true, run again."""
    kept = BusinessCase.objects.filter(reference="SIGNED").first()
    if kept is None:
        kept = lived_case(cast)
        keep_rerun(kept, at=AT)
    return kept


def _case(cast: Cast, reader: Person) -> Pair:
    return Pair(own_lived_case(cast).reference, "SD-absent")


def _file(cast: Cast, reader: Person) -> Pair:
    file = own_lived_case(cast).actuals_files.order_by("pk").first()
    return Pair(file.pk if file else 0, 999_999_999)


def _held(cast: Cast, reader: Person) -> Pair:
    """Return a file of the case whose columns nobody has named, and one of another case."""
    own, at = own_lived_case(cast), AT
    mine, others = (
        store_upload(io.BytesIO(HELD), name="held.csv", by=reader, at=at, folder=folder).key
        for folder in (folder_of(own), f"actuals-{own.pk + 1_000_000}")
    )
    return Pair(mine, others)


def _line(cast: Cast, reader: Person) -> Pair:
    return Pair("offer.fee", "offer.absent")


for name in _OF_A_CASE:
    example(f"{name}.reference")(_case)
for name in (
    "case_actuals_file", "case_actuals_withdraw", "case_actuals_original",
    "api:case_actuals_withdraw",
):  # fmt: skip
    example(f"{name}.file")(_file)
for name in ("case_actuals_columns", "case_actuals_aside"):
    example(f"{name}.sent_file")(_held)
for name in ("case_living_line", "api:case_living_line"):
    example(f"{name}.line")(_line)
