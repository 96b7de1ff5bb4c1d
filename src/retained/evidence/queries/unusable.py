"""The rows of a source that no figure can be made of."""

from collections import Counter
from dataclasses import dataclass

from retained.evidence.engine.unusable import UnusableRows
from retained.evidence.engine.unusable import unusable_rows as found_in
from retained.evidence.models import Source
from retained.evidence.queries.batches import batches_that_count, evidence_of_files, readable_file
from retained.shared.months import Month


@dataclass(frozen=True, slots=True)
class SourceUnusable:
    """The unusable rows of a source by ticket and month, as far as they still say them."""

    found: tuple[UnusableRows, ...]

    @property
    def rows(self) -> int:
        """How many rows cannot be used."""
        return sum(one.rows for one in self.found)

    @property
    def by_month(self) -> dict[Month | None, int]:
        """How many of each month; None for those that name no moment."""
        counts: Counter[Month | None] = Counter()
        for one in self.found:
            counts[one.month] += one.rows
        return dict(counts)

    def tickets(self, month: Month | None = None) -> frozenset[str]:
        """Return the tickets that unusable rows name: all, or those of one month."""
        return frozenset(
            one.ticket
            for one in self.found
            if one.ticket is not None and month in (None, one.month)
        )


def unusable_rows(source: Source) -> SourceUnusable:
    """Return the unusable rows of every batch that counts; a row in two batches counts twice."""
    batches = [batch for batch in batches_that_count(source) if batch.rows_unusable]
    files = [readable_file(batch) for batch in batches]
    with evidence_of_files(files) as evidence:
        return SourceUnusable(tuple(found_in(evidence.connection, files)))
