"""Reading a formula: Python's own parser finds its parts, and nothing of it is ever run.

In   a text such as "people * salary / 12 * growth(wage_growth)"
Out  the formula, or one sentence that says what is wrong and how to write it
Why  docs/reference/formulas.md
"""

import ast
import difflib
import re
from collections.abc import Collection

from retained.shared.errors import DomainError
from retained.strategy.engine.formulas.functions import FUNCTIONS
from retained.strategy.engine.formulas.tree import Call, Formula, Name, Node, Number, Operation

LONGEST = 1000  # characters
_DEEPEST = 40
_LARGEST = 1e15
CALENDAR = frozenset({"month", "year"})
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^", ast.BitXor: "^",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==",
}  # fmt: skip


class FormulaError(DomainError):
    """A formula cannot be read; the message says why and how it would be right."""


def is_name(text: str) -> bool:
    """Return whether a driver may have this name."""
    return bool(NAME.fullmatch(text)) and text not in CALENDAR and text not in FUNCTIONS


def read_formula(text: str, known: Collection[str] | None = None) -> Formula:
    """Return the formula that a text writes; names must be `known` if these are given.

    Raises FormulaError.
    """
    written = text.strip()
    if not written:
        raise FormulaError("A formula is missing: write one such as people * salary / 12.")
    if len(written) > LONGEST:
        raise FormulaError(f"A formula has at most {LONGEST:,} characters: split it in drivers.")
    names: set[str] = set()
    tree = _node(_parsed(written), names, 0)
    for name in sorted(names):
        if known is not None and name not in known:
            raise FormulaError(f"“{name}” is no driver of this case.{_near(name, known)}")
    return Formula(written, tree, frozenset(names))


def _parsed(text: str) -> ast.AST:
    # A power is written ^, as in a spreadsheet: to Python it binds more loosely than a sum.
    try:
        return ast.parse(text.replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise FormulaError(
            f"“{_short(text)}” cannot be read: write sums and products of drivers, such as "
            "people * salary / 12, with every bracket closed."
        ) from None


def _node(found: ast.AST, names: set[str], depth: int) -> Node:
    """Return a part of the tree; whatever the language does not have is refused by name."""
    if depth > _DEEPEST:
        raise FormulaError("The formula is nested too deeply: split it in drivers.")
    match found:
        case ast.Constant(value=value):
            return _number(value)
        case ast.Name(id=name):
            return _name(name, names)
        case ast.UnaryOp(op=ast.USub(), operand=part):
            return Operation("-", Number(0.0), _node(part, names, depth + 1))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
            return _joined(sign, left, right, names, depth)
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in _SIGNS:
            return _joined(sign, left, right, names, depth)
        case ast.Call(func=ast.Name(id=name), args=given, keywords=[]):
            return _call(name, given, names, depth)
        case _:
            raise FormulaError(
                f"“{_short(ast.unparse(found))}” is not part of the formula language: it has "
                "numbers, drivers, + - * / ^, comparisons such as month > 6, and functions."
            )


def _number(value: object) -> Node:
    if isinstance(value, bool):
        raise FormulaError("Write 1 for true and 0 for false.")
    if not isinstance(value, int | float) or abs(value) > _LARGEST:
        raise FormulaError(f"“{_short(str(value))}” is no number that can be used.")
    return Number(float(value))


def _joined(sign: ast.AST, left: ast.AST, right: ast.AST, names: set[str], depth: int) -> Node:
    first, second = (_node(part, names, depth + 1) for part in (left, right))
    return Operation(_SIGNS[type(sign)], first, second)


def _name(name: str, names: set[str]) -> Node:
    if name in FUNCTIONS:
        raise FormulaError(f"“{name}” is a function: write {name}{FUNCTIONS[name].shape}.")
    if name not in CALENDAR:
        names.add(name)
    return Name(name)


def _call(name: str, given: list[ast.expr], names: set[str], depth: int) -> Node:
    function = FUNCTIONS.get(name)
    if function is None:
        raise FormulaError(f"There is no function “{name}”.{_near(name, FUNCTIONS)}")
    if not function.takes(len(given)):
        raise FormulaError(f"Write {name}{function.shape}, and not with {len(given)} parts.")
    parts = tuple(_node(part, names, depth + 1) for part in given)
    if name == "earlier":
        _must_be_months(parts[1])
    return Call(name, function.compute, parts)


def _must_be_months(part: Node) -> None:
    if not isinstance(part, Number) or part.value < 0 or part.value != int(part.value):
        raise FormulaError("Write how many months earlier as a whole number: earlier(fee, 1).")


def _near(name: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(name, sorted(known), n=1)
    return f" Do you mean {found[0]}?" if found else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
