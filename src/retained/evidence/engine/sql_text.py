"""Names and texts written safely into SQL, for engines that build their statements.

In   names of columns and texts that people or files gave
Out  the same, quoted so that nothing in them is read as SQL
Why  a header such as `state"; drop` is a column's name and nothing else
"""

from collections.abc import Iterable


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as an SQL string; NUL cannot stand in one and is left out."""
    return "'" + text.replace("\0", "").replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Return texts as an SQL list in round brackets."""
    return "(" + ", ".join(literal(text) for text in texts) + ")"
