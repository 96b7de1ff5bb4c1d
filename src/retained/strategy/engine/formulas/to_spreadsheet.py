"""A formula as a spreadsheet computes it, month by month.

In   the tree of a formula, a month of the term, and where things stand in a workbook
Out  the text of that month's cell, without the sign of equality
Why  docs/methods/case-workbook.md

A part stands in a row of its own (a *working*) where it looks back at the month before, where it
is needed more than once, and where the text would grow too long or too deep for a cell. So the
text of a cell stays short however a person nests a formula.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from retained.strategy.engine.formulas.tree import Call, Name, Node, Number, Operation

_LONGEST_PART = 600  # characters; a cell holds 8,192
_DEEPEST = 8  # of our parts, each of up to three functions; a cell nests 64
_MOST_PARTS = 8  # of one call, for the same reason
_COMPARED, _ADDED, _MULTIPLIED, _RAISED, _WHOLE = range(5)
_STRENGTHS = {"+": _ADDED, "-": _ADDED, "*": _MULTIPLIED, "/": _MULTIPLIED}
_COMPARISONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "="}
_LOOKING_BACK = frozenset({"indexed", "running"})


class Cells(Protocol):
    """Where things stand in a workbook; months count from 1."""

    def name(self, name: str, month: int) -> str:
        """Return the cell of a driver, of `month` or of `year`, in a month."""
        ...

    def working(self, part: Node, month: int) -> str:
        """Return the cell of a part that has a row of its own, in a month."""
        ...


class _Text(NamedTuple):
    """A piece of a formula, and how firmly it holds together."""

    text: str
    strength: int = _WHOLE

    def above(self, strength: int) -> str:
        """Return it in brackets unless it holds more firmly than `strength`."""
        return self.text if self.strength > strength else f"({self.text})"


def cell_text(tree: Node, month: int, cells: Cells) -> str:
    """Return the formula of a cell in a month."""
    return _Cell(month, cells).part(tree, 0).text


def number_text(value: float) -> str:
    """Return a number as a formula holds it."""
    return repr(int(value)) if value.is_integer() else repr(value)


def working_text(part: Node, month: int, cells: Cells) -> str:
    """Return the formula of a month in the row of a working."""
    return _Cell(month, cells).own(part, 0).text


class _Cell:
    """The cells of one month, and the formulas that are written into them."""

    def __init__(self, month: int, cells: Cells) -> None:
        self.number, self.cells = month, cells
        self.month, self.year = cells.name("month", month), cells.name("year", month)

    def part(self, node: Node, depth: int) -> _Text:
        """Return a part of a formula: written out, or the cell of its row."""
        if isinstance(node, Number | Name):
            return self.own(node, depth)
        if depth > _DEEPEST or (isinstance(node, Call) and node.name in _LOOKING_BACK):
            return self.once(node)
        written = self.own(node, depth + 1)
        return written if len(written.text) <= _LONGEST_PART else self.once(node)

    def own(self, node: Node, depth: int) -> _Text:
        """Return a part written out."""
        match node:
            case Number(value=value):
                return _Text(number_text(value))
            case Name(name=name):
                return _Text(self.cells.name(name, self.number))
            case Operation():
                return _operation(self, node, depth)
            case Call():
                return self._called(node, depth)

    def _called(self, node: Call, depth: int) -> _Text:
        short = _shortened(node)
        if isinstance(short, Call):
            return _CALLS[short.name](self, short, depth)
        return self.own(short, depth)

    def once(self, node: Node) -> _Text:
        """Return a part that is needed more than once: a number or one cell."""
        if isinstance(node, Number | Name):
            return self.own(node, 0)
        return _Text(self.cells.working(node, self.number))

    def before(self, node: Node) -> str:
        """Return the cell of a working in the month before."""
        return self.cells.working(node, self.number - 1)

    def texts(self, call: Call, depth: int) -> list[str]:
        """Return all parts of a call as they stand between commas."""
        return [self.part(one, depth).text for one in call.given]


def _operation(cell: _Cell, node: Operation, depth: int) -> _Text:
    if node.sign == "^":
        return _power(cell, node, depth)
    if node.sign in _COMPARISONS:
        return _Text(f"IF({_test(cell, node, depth)},1,0)")
    strength = _STRENGTHS[node.sign]
    left = cell.part(node.left, depth - 1).above(strength - 1)  # a chain nests nothing
    right = cell.part(node.right, depth).above(strength)
    return _Text(f"{left}{node.sign}{right}", strength)


def _test(cell: _Cell, node: Operation, depth: int) -> str:
    left, right = (cell.part(one, depth).above(_COMPARED) for one in (node.left, node.right))
    return f"{left}{_COMPARISONS[node.sign]}{right}"


def _power(cell: _Cell, node: Operation, depth: int) -> _Text:
    """Return a power: a spreadsheet refuses nothing to the power of nothing, which is 1."""
    base = cell.part(node.left, depth).above(_RAISED)
    exponent = cell.once(node.right).text
    if isinstance(node.right, Number) and node.right.value != 0:
        return _Text(f"{base}^{exponent}", _RAISED)
    return _Text(f"IF({exponent}=0,1,{base}^{exponent})")


def _choose(cell: _Cell, call: Call, depth: int) -> _Text:
    condition, yes, no = call.given
    if isinstance(condition, Operation) and condition.sign in _COMPARISONS:
        test = _test(cell, condition, depth)
    else:
        test = f"{cell.part(condition, depth).above(_COMPARED)}<>0"
    return _Text(f"IF({test},{cell.part(yes, depth).text},{cell.part(no, depth).text})")


def _clip(cell: _Cell, call: Call, depth: int) -> _Text:
    value, low, high = cell.texts(call, depth)
    return _Text(f"MIN(MAX({value},{low}),{high})")


def _between(cell: _Cell, call: Call, depth: int) -> _Text:
    first, last = cell.texts(call, depth)
    return _Text(f"IF(AND({cell.month}>={first},{cell.month}<={last}),1,0)")


def _since(cell: _Cell, call: Call, depth: int) -> _Text:
    return _Text(f"IF({cell.month}>={cell.texts(call, depth)[0]},1,0)")


def _in_month(cell: _Cell, call: Call, depth: int) -> _Text:
    return _Text(f"IF({cell.month}={cell.texts(call, depth)[0]},1,0)")


def _ramp(cell: _Cell, call: Call, depth: int) -> _Text:
    first = cell.once(call.given[0]).text
    last = cell.part(call.given[1], depth).above(_COMPARED)
    gone = f"({cell.month}-{first}+1)/MAX({last}-{first}+1,1)"
    return _Text(f"MIN(MAX({gone},0),1)")


def _growth(cell: _Cell, call: Call, depth: int) -> _Text:
    rate = cell.part(call.given[0], depth).above(_COMPARED)
    return _Text(f"IF({cell.year}=1,1,(1+{rate})^({cell.year}-1))")


def _indexed(cell: _Cell, call: Call, depth: int) -> _Text:
    """Return the index of the month before, one step further where a year begins."""
    if cell.number == 1:
        return _Text("1")
    rate, share, low, cap = call.given
    inner = depth + 1
    counted = cell.part(Operation("*", share, rate), inner).text
    step = f"MIN(MAX({counted},{cell.part(low, inner).text}),{cell.part(cap, inner).text})"
    before = cell.before(call)
    return _Text(f"IF(MOD({cell.month}-1,12)=0,{before}*(1+{step}),{before})")


def _running(cell: _Cell, call: Call, depth: int) -> _Text:
    value = cell.part(call.given[0], depth)
    if cell.number == 1:
        return value
    return _Text(f"{cell.before(call)}+{value.above(_COMPARED)}", _ADDED)


def _earlier(cell: _Cell, call: Call, depth: int) -> _Text:
    value, months = call.given
    back = int(months.value) if isinstance(months, Number) else 0
    if cell.number <= back:
        return _Text("0")
    return _Cell(cell.number - back, cell.cells).part(value, depth)


def _tiered(cell: _Cell, call: Call, depth: int) -> _Text:
    volume, *limits = (cell.once(one).text for one in (call.given[0], *call.given[1::2]))
    parts = [f"MAX({volume}-{low},0)" for low in limits]
    for place, (low, after) in enumerate(pairwise(limits)):
        parts[place] = f"MIN({parts[place]},{after}-{low})"
    prices = [cell.part(one, depth).above(_ADDED) for one in call.given[2::2]]
    priced = [f"{part}*{price}" for part, price in zip(parts, prices, strict=True)]
    return _Text("+".join(priced), _ADDED)


def _ceil(cell: _Cell, call: Call, depth: int) -> _Text:
    value = cell.part(call.given[0], depth).above(_ADDED)
    return _Text(f"0-INT(0-{value})", _ADDED)


def _named(name: str) -> Callable[[_Cell, Call, int], _Text]:
    """Return a function that a spreadsheet has under this name."""

    def called(cell: _Cell, call: Call, depth: int) -> _Text:
        return _Text(f"{name}({','.join(cell.texts(call, depth))})")

    return called


_CALLS: dict[str, Callable[[_Cell, Call, int], _Text]] = {
    "min": _named("MIN"), "max": _named("MAX"), "clip": _clip, "choose": _choose,
    "between": _between, "since": _since, "once": _in_month, "ramp": _ramp, "growth": _growth,
    "indexed": _indexed, "running": _running, "earlier": _earlier, "tiered": _tiered,
    "abs": _named("ABS"), "floor": _named("INT"), "ceil": _ceil, "sqrt": _named("SQRT"),
    "exp": _named("EXP"), "log": _named("LN"),
}  # fmt: skip


def _shortened(call: Call) -> Node:
    """Return a call of many parts as one of calls of few."""
    if call.name in {"min", "max"} and len(call.given) > _MOST_PARTS:
        groups = _in_groups(call.given, _MOST_PARTS)
        return _shortened(Call(call.name, call.function, tuple(_one(call, x) for x in groups)))
    if call.name == "tiered" and len(call.given) > 3 + 2 * _MOST_PARTS:
        volume, *tiers = call.given
        here, more = tiers[: 2 * _MOST_PARTS], tiers[2 * _MOST_PARTS :]
        ended = (volume, *here, more[0], Number(0.0))  # what lies above costs nothing here
        rest = Call(call.name, call.function, (volume, *more))
        return Operation("+", Call(call.name, call.function, ended), rest)
    return call


def _one(call: Call, given: Sequence[Node]) -> Node:
    return given[0] if len(given) == 1 else Call(call.name, call.function, tuple(given))


def _in_groups(given: Sequence[Node], size: int) -> list[Sequence[Node]]:
    return [given[place : place + size] for place in range(0, len(given), size)]
