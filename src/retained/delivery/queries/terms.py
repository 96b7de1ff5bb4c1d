"""The terms that hold for a month, and the words that stand beside its figures."""

from dataclasses import dataclass
from functools import cached_property

from retained.contracts import queries as contracts_queries
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.models import Agreement
from retained.contracts.queries import VersionRow
from retained.delivery.engine.measurement import TermsOverTime
from retained.shared.months import Month


@dataclass(frozen=True)
class Agreed:
    """An agreement with its versions, read once for a page."""

    agreement: Agreement
    versions: tuple[VersionRow, ...]

    @cached_property
    def over_time(self) -> TermsOverTime:
        """The terms as a measurement takes them."""
        return TermsOverTime(tuple((row.effective_from, row.terms) for row in self.versions))

    @property
    def latest(self) -> AgreementTerms:
        """The terms of the newest version."""
        return self.versions[-1].terms

    def on(self, month: Month) -> AgreementTerms:
        """Return the terms in force in a month."""
        return self.over_time.on(month)

    def version_on(self, month: Month) -> VersionRow:
        """Return the version in force in a month."""
        return self.versions[self.over_time.index_on(month)]


def agreed(agreement: Agreement) -> Agreed:
    """Return an agreement with the versions that count: one query."""
    return Agreed(agreement, tuple(contracts_queries.versions_that_count(agreement)))
