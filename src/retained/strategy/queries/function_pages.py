"""What the page of one IT function shows: its terms worked out, and what people answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from retained.directory.models import Person
from retained.pages.charts import Chart, Series, line_chart
from retained.shared.money import Money
from retained.shared.remarks import Remark
from retained.strategy.engine.function_figures import (
    RetainedTeam,
    TeamSize,
    expected_volume,
    function_remarks,
    monthly_volume,
    retained_teams,
    seen_growth,
    team_size,
)
from retained.strategy.engine.function_terms import FunctionTerms, RaciTerms, TeamLine, VolumeTerms
from retained.strategy.engine.own_or_buy import Advice, Change
from retained.strategy.engine.questionnaire import ASKED, WAY_TITLES, WAY_WORDS
from retained.strategy.engine.raci import HandOff, hand_offs
from retained.strategy.models import BusinessFunction, ItFunction
from retained.strategy.queries import appraisals
from retained.strategy.queries.portfolio import PERFORMERS, VersionRow, newest_version

_MONTHS_FOR_A_PICTURE = 3


@dataclass(frozen=True, slots=True)
class PeopleShown:
    """A line of people, with what they cost together."""

    line: TeamLine
    cost: Money | None


@dataclass(frozen=True, slots=True)
class VolumeShown:
    """A driver: its mean of the last twelve months, its growth, and what to expect in three years.

    `growth` is what was written, or else what was seen; `is_seen` says which.
    """

    name: str
    terms: VolumeTerms
    monthly: Decimal | None
    growth: Decimal | None
    is_seen: bool
    in_three_years: Decimal | None


@dataclass(frozen=True, slots=True)
class PartShown:
    """The letters of one party in one step; none where it has no part."""

    party: str
    letters: str


@dataclass(frozen=True, slots=True)
class RaciShown:
    """The matrix as a table: parties across, activities down, letters in between."""

    parties: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, Sequence[PartShown]]]
    hand_offs: Sequence[HandOff]

    @property
    def crossing(self) -> int:
        """How many hand-offs pass between client and provider."""
        return sum(one.crosses for one in self.hand_offs)


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """An answer that would change the advice, in words."""

    title: str
    words: str
    way: str


@dataclass(frozen=True, slots=True)
class AdviceShown:
    """What the answers speak for, with everything that stands beside it."""

    advice: Advice
    title: str
    way: str
    changes: Sequence[ChangeShown]


@dataclass(frozen=True, slots=True)
class FunctionPage:
    """An IT function as its page shows it."""

    function: ItFunction
    version: VersionRow
    performer: str
    supports: Sequence[tuple[str, BusinessFunction | None]]
    below: Sequence[ItFunction]
    people: Sequence[PeopleShown]
    size: TeamSize
    teams: Sequence[RetainedTeam]
    volumes: Sequence[VolumeShown]
    raci: RaciShown | None
    remarks: Sequence[Remark]
    sheets: Sequence[appraisals.AnsweredSheet]
    spread: Sequence[appraisals.SpreadRow]
    advice: AdviceShown | None
    waiting: Sequence[str]

    @property
    def volume_charts(self) -> list[Chart]:
        """The volumes that were counted for some months, as pictures."""
        return [
            line_chart(
                f"volume-{one.name}",
                f"{one.terms.title or one.name}, month by month.",
                labels=list(one.terms.history),
                series=[Series(one.terms.title or one.name, list(one.terms.history.values()))],
                unit=one.terms.unit or "number",
                size="small",
            )
            for one in self.volumes
            if len(one.terms.history) >= _MONTHS_FOR_A_PICTURE
        ]

    @property
    def terms(self) -> FunctionTerms:
        """What is known of the function."""
        return self.version.terms


def function_page(function: ItFunction, reader: Person) -> FunctionPage:
    """Return everything that the page of a function shows to `reader`."""
    version = newest_version(function)
    terms = version.terms
    sheets = appraisals.sheets_that_count(function)
    given = appraisals.advice_from(sheets)
    return FunctionPage(
        function=function,
        version=version,
        performer=PERFORMERS[terms.performer],
        supports=_supported(terms),
        below=list(function.children.filter(retired_at=None)),
        people=people_shown(terms.people, terms.currency),
        size=team_size(terms.people, terms.currency),
        teams=retained_teams(terms),
        volumes=[_volume(name, one) for name, one in terms.volumes.items()],
        raci=raci_shown(terms.raci),
        remarks=function_remarks(terms),
        sheets=sheets,
        spread=appraisals.spread(sheets, given) if given else (),
        advice=advice_shown(given),
        waiting=appraisals.not_yet_answered(reader, sheets),
    )


def people_shown(lines: Sequence[TeamLine], currency: str | None) -> list[PeopleShown]:
    """Return lines of people with what each costs a year."""
    return [PeopleShown(line, team_size([line], currency).cost) for line in lines]


def advice_shown(given: Advice | None) -> AdviceShown | None:
    """Return advice in words; None where nobody has answered."""
    if given is None:
        return None
    return AdviceShown(
        advice=given,
        title=WAY_TITLES[given.way],
        way=WAY_WORDS[given.way],
        changes=[_change(one) for one in given.changes],
    )


def raci_shown(raci: RaciTerms | None) -> RaciShown | None:
    """Return a matrix as a table, with its hand-offs."""
    if raci is None or not raci.activities:
        return None
    return RaciShown(
        parties=[(party, side.value) for party, side in raci.parties.items()],
        rows=[
            (one.title, [PartShown(party, one.who.get(party, "")) for party in raci.parties])
            for one in raci.activities
        ],
        hand_offs=hand_offs(raci),
    )


def _change(change: Change) -> ChangeShown:
    asked = ASKED[change.question]
    return ChangeShown(asked.title, asked.levels[change.to], WAY_TITLES[change.way])


def _supported(terms: FunctionTerms) -> list[tuple[str, BusinessFunction | None]]:
    found: Mapping[str, BusinessFunction] = (
        BusinessFunction.objects.in_bulk(terms.supports, field_name="reference")
        if terms.supports
        else {}
    )
    return [(reference, found.get(reference)) for reference in terms.supports]


def _volume(name: str, volume: VolumeTerms) -> VolumeShown:
    growth = volume.growth if volume.growth is not None else seen_growth(volume)
    return VolumeShown(
        name=name,
        terms=volume,
        monthly=monthly_volume(volume),
        growth=growth,
        is_seen=volume.growth is None,
        in_three_years=expected_volume(volume, 3),
    )
