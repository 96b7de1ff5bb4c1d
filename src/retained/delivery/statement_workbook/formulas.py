"""The formulas of a workbook: what the engine does, said in cells.

In   a service level with its line, where its terms stand
Out  formulas for its figure, its verdict, what a miss costs, and the parts of a whole
Why  docs/methods/statement-workbook.md
"""

from collections.abc import Sequence

from retained.contracts.engine.level_terms import SHARES, Measure, SmallVolume
from retained.delivery.statement_workbook.restated import RestatedLevel
from retained.delivery.statement_workbook.terms_sheet import PlannedTerms, Term

LEVELS = "Service levels"
# Every whole number up to here is exact in a cell, so a split of so much is the engine's.
MOST_EXACT = 2**53
_SIZED = {Measure.COUNT, Measure.BACKLOG}


def attained_formula(level: RestatedLevel, digits: int | None) -> str:
    """Return the figure over its counts, to `digits` after the point, or exact."""
    line, measure = level.line, level.terms.measure
    if measure is Measure.COUNT:
        return f"=E{line}"
    if measure is Measure.BACKLOG:
        return f"=L{line}"
    hits = "D" if level.terms.lower_is_better else "C"
    return f'=IF(E{line}=0,"",{_rounded(f"100*{hits}{line}/E{line}", digits)})'


def judged_formula(level: RestatedLevel) -> str:
    """Return the figure as the agreement judges it: exact, or rounded to its digits."""
    if level.counts_give_it and level.terms.measure in SHARES:
        return attained_formula(level, level.terms.round_to)
    return f'=IF(F{level.line}="","",{_rounded(f"F{level.line}", level.terms.round_to)})'


def verdict_formula(level: RestatedLevel, planned: PlannedTerms) -> str:
    """Return the verdict over the judged figure, the levels and the volume."""
    line, worse = level.line, ">" if level.terms.lower_is_better else "<"
    verdict = f'IF(O{line}{worse}H{line},"below_expected","met")'
    if level.terms.minimum is not None:
        verdict = f'IF(O{line}{worse}I{line},"below_minimum",{verdict})'
    if level.terms.minimum_volume:
        verdict = _with_volume(level, planned, verdict)
    if level.terms.measure not in _SIZED:
        verdict = f'IF(E{line}=0,"not_measured",{verdict})'
    return f"={verdict}"


def share_formula(level: RestatedLevel, planned: PlannedTerms, verdict: str) -> str:
    """Return the share of its allocation that a level costs; `verdict` is the verdict's cell."""
    return f"=IF({missed(verdict)},{_share(level, planned, verdict)},0)"


def points_formula(level: RestatedLevel, planned: PlannedTerms, multiplier: str) -> str:
    """Return the points of the first band that holds the figure, times the multiplier."""
    judged, points = _judged(level), "0"
    for band in reversed(planned.cells(Term.BAND, level.terms.id)):
        edges = [f"{judged}>={band.low}"] if band.low else []
        edges += [f"{judged}<={band.high}"] if band.high else []
        points = f"IF(AND({','.join(edges)}),{band.value},{points})" if edges else band.value
    return f'=IF({judged}="",0,{points})*{multiplier}'


def multiplier_formula(planned: PlannedTerms, verdict: str, running: str) -> str:
    """Return what a credit is multiplied by after so many misses running."""
    repeated = planned.cells(Term.REPEATED)
    if not repeated:
        return "=1"
    from_miss, times = repeated[0].low, repeated[0].value
    return f"=IF(AND({missed(verdict)},{running}>={from_miss}),{times},1)"


def running_formula(verdict: str, before: str) -> str:
    """Return the misses running: one more after a miss, none after a met month, else as before."""
    return f'=IF({missed(verdict)},{before}+1,IF({verdict}="met",0,{before}))'


def point_value_formula(planned: PlannedTerms, points: str, base: str, digits: int) -> str:
    """Return what the points of the month are worth: the deepest value that they reach."""
    share = "0"
    for value in reversed(planned.cells(Term.POINT_VALUE)):
        share = f"IF({points}>={value.low},{value.value},{share})"
    return f"=IF({points}=0,0,ROUND({base}*{share},{digits}))"


def missed(verdict: str) -> str:
    """Return the condition that a verdict is a miss."""
    return f'OR({verdict}="below_expected",{verdict}="below_minimum")'


def floor_formula(whole: str, weight: str, weights: str) -> str:
    """Return the whole units of a part: `whole` by `weight` over the sum of `weights`."""
    return f"=IF(SUM({weights})=0,0,INT({whole}*{weight}/SUM({weights})))"


def remainder_formula(whole: str, weight: str, weights: str, floor: str) -> str:
    """Return what the whole units of a part leave, in whole numbers: no fraction is compared."""
    return f"={whole}*{weight}-SUM({weights})*{floor}"


def part_formula(whole: str, floors: Sequence[str], remainders: Sequence[str], index: int) -> str:
    """Return a part: its whole units, and one more where its remainder is among the largest.

    Equal remainders go to the earlier part, as `retained.shared.money.split` gives them.
    """
    own, everything = remainders[index], f"{remainders[0]}:{remainders[-1]}"
    larger = f'COUNTIF({everything},">"&{own})'
    earlier = f"COUNTIF({remainders[0]}:{own},{own})"
    left = f"{whole}-SUM({floors[0]}:{floors[-1]})"
    return f"{floors[index]}+IF({larger}+{earlier}<={left},1,0)"


def _share(level: RestatedLevel, planned: PlannedTerms, verdict: str) -> str:
    terms, level_id, judged = level.terms, level.terms.id, _judged(level)
    rungs = planned.cells(Term.RUNG, level_id)
    if rungs:
        worse = ">" if terms.lower_is_better else "<"
        return f"MAX({','.join(f'IF({judged}{worse}{one.low},{one.value},0)' for one in rungs)})"
    steps = planned.cells(Term.PER_POINT, level_id)
    if steps:  # rounded first: 0.3 / 0.1 is a little less than 3 in a cell
        gap = f"ABS('{LEVELS}'!$H${level.line}-{judged})/{steps[0].low}"
        return f"MIN(1,INT(ROUND({gap},9))*{steps[0].value})"
    expected = planned.value(Term.BELOW_EXPECTED, level_id) or "0"
    minimum = planned.value(Term.BELOW_MINIMUM, level_id)
    return f'IF({verdict}="below_minimum",{minimum},{expected})' if minimum else expected


def _with_volume(level: RestatedLevel, planned: PlannedTerms, verdict: str) -> str:
    line, level_id = level.line, level.terms.id
    few = f"E{line}<{planned.value(Term.MINIMUM_VOLUME, level_id)}"
    if level.terms.small_volume is SmallVolume.FAILURES:
        allowed = planned.value(Term.ALLOWED_FAILURES, level_id)
        return f'IF(AND({few},D{line}<={allowed}),"met",{verdict})'
    return f"IF({few},{planned.value(Term.FEW_VERDICT, level_id)},{verdict})"


def _judged(level: RestatedLevel) -> str:
    return f"'{LEVELS}'!$O${level.line}"


def _rounded(formula: str, digits: int | None) -> str:
    return formula if digits is None else f"ROUND({formula},{digits})"
