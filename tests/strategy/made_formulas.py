"""Formulas made at random over the whole language.

Where a spreadsheet and we may fall on two sides of a step for the last digit's sake (what is
compared, rounded, or counts months), parts are *plain*: their values are exact in both.
"""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

_PLAIN_NAMES = ("a", "b", "c", "month", "year", "1", "2", "0.5", "7", "0")
_FULL_NAMES = (*_PLAIN_NAMES, "0.07", "3.3")


def plain_texts() -> SearchStrategy[str]:
    """Return sums and products whose values are exact."""
    return st.recursive(
        st.sampled_from(_PLAIN_NAMES),
        lambda part: st.builds("({} {} {})".format, part, st.sampled_from("+-*"), part),
        max_leaves=4,
    )


def _call(name: str, *parts: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(*parts).map(lambda given: f"{name}({', '.join(given)})")


def _calls(any_part: SearchStrategy[str]) -> dict[str, SearchStrategy[str]]:
    """Return every function of the language with parts that it takes."""
    plain = plain_texts()
    back = st.sampled_from(("0", "1", "5", "40"))
    tiers = [plain, st.just("0"), any_part, st.just("2"), any_part, plain, any_part]
    several = [any_part] * 12
    return {
        "min": _call("min", *several), "max": _call("max", any_part, any_part),
        "clip": _call("clip", any_part, plain, plain),
        "choose": _call("choose", plain, any_part, any_part),
        "between": _call("between", plain, plain), "since": _call("since", plain),
        "once": _call("once", plain), "ramp": _call("ramp", plain, plain),
        "growth": _call("growth", any_part), "indexed": _call("indexed", *[any_part] * 4),
        "running": _call("running", any_part), "earlier": _call("earlier", any_part, back),
        "tiered": _call("tiered", *tiers), "abs": _call("abs", any_part),
        "floor": _call("floor", plain), "ceil": _call("ceil", plain),
        "sqrt": _call("sqrt", any_part), "exp": _call("exp", any_part),
        "log": _call("log", any_part),
    }  # fmt: skip


FULL = tuple(_calls(st.just("1")))


def formula_texts(functions: tuple[str, ...]) -> SearchStrategy[str]:
    """Return formulas over these functions, all operations and a few drivers."""

    def larger(part: SearchStrategy[str]) -> SearchStrategy[str]:
        calls = _calls(part)
        joined = st.builds("({} {} {})".format, part, st.sampled_from("+-*/^"), part)
        compared = st.builds(
            "({} {} {})".format,
            plain_texts(), st.sampled_from(("<", "<=", ">", ">=", "==")), plain_texts(),
        )  # fmt: skip
        negative = part.map("-{}".format)
        return st.one_of(joined, compared, negative, *(calls[name] for name in functions))

    found = st.recursive(st.sampled_from(_FULL_NAMES), larger, max_leaves=14)
    return found.filter(lambda text: len(text) <= 900)
