"""Whether a mapping of actuals fits a case: its lines, and its assumptions.

In   a mapping, the case as it was signed, the option that was chosen
Out  nothing, or every remark on the mapping at once
Why  docs/reference/actuals.md

Apart from the mapping itself: whoever reads a file in a process of its own needs no case.
"""

from collections.abc import Iterator

from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.actuals_terms import ActualsRefusedError, ActualsTerms
from retained.strategy.engine.case_terms import CaseTerms, LineTerms, Paid


def must_fit(mapping: ActualsTerms, case: CaseTerms, *, chosen: str) -> None:
    """Raise ActualsRefusedError unless a mapping names lines and assumptions of this case.

    Lines are those of the option that was chosen, and of the baseline.
    """
    remarks = [
        Remark(Severity.ERROR, "mapping", sentence, Place(column=column))
        for column, sentence in _misfits(mapping, case, chosen)
    ]
    if remarks:
        raise ActualsRefusedError(remarks)


def _misfits(mapping: ActualsTerms, case: CaseTerms, chosen: str) -> Iterator[tuple[str, str]]:
    options = dict.fromkeys((chosen, case.baseline))
    lines = [f"{key}.{name}" for key in options for name in case.options[key].lines]
    for line in mapping.lines:
        if line not in lines:
            yield (
                f"lines.{line}",
                f"“{line}” is no line of what was chosen or stays: {', '.join(lines)} are.",
            )
    for line in mapping.closed:
        option, _, name = line.partition(".")
        if line in lines and case.options[option].lines[name].paid is not Paid.AT_START:
            yield f"closed.{line}", "Only what is paid at the start is closed: others go by month."
    columns = mapping.drivers.columns if mapping.drivers else {}
    for column, driver in columns.items():
        where = f"drivers.columns.{column}"
        if driver not in case.assumptions:
            yield where, f"“{driver}” is no assumption of this case."
    twice = sorted({name for name in columns.values() if list(columns.values()).count(name) > 1})
    for name in twice:
        yield "drivers.columns", f"“{name}” has two columns: keep one of them."


def mapping_to_begin_with(case: CaseTerms, *, chosen: str) -> str:
    """Return a mapping of YAML to fill in: the lines of a case with the accounts that it names."""
    lines = "\n".join(
        f"  {chosen}.{name}: [{_account(line)}]"
        for name, line in case.options[chosen].lines.items()
    )
    return _BEGINNING.format(lines=lines)


def _account(line: LineTerms) -> str:
    if not line.account:
        return '"?"'
    if not line.cost_centre:
        return f'"{line.account}"'
    return f'{{account: "{line.account}", cost_centre: "{line.cost_centre}"}}'


_BEGINNING = """\
schema: retained/actuals/1
ledger:
  columns: {{day: Date, account: Account, cost_centre: Cost centre, text: Text, amount: Amount}}
  days: YYYY-MM-DD  # or DD-MM-YYYY
  decimal: comma  # or point
# Which accounts make up which line; 43* are all that begin so. Drop a line that no account tells.
lines:
{lines}
"""
