"""The records of a CSV file, each with the lines that it took, and stray quotation marks found.

In   lines of text, how the mapping says that they are written
Out  Records; a row in which a quotation mark opens that nothing closes is `stray`
Why  docs/methods/reading-evidence.md

A text in quotation marks may run over several lines. A mark that somebody typed into a cell looks
the same, and would swallow row after row until the next mark. So the lines inside a text are looked
at: where most of them are written like the row that they would belong to, the mark is a stray one;
its row is left, and reading goes on with the line after it.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count

LONGEST_CELL = 1_000_000
_FEWEST_CELLS = 3  # with fewer, a line of a text is too easily taken for a row
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")


class BrokenCsvError(Exception):
    """After row `number` the lines are no CSV."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(reason)
        self.number = number


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its number (the header is 1), its cells, how many lines it took."""

    number: int
    cells: list[str]
    lines: int
    stray: bool = False


@dataclass(slots=True)
class Records:
    """Reads lines record by record.

    `delimiter` and `quote` are one character each; `width` is the header's number of cells, 0
    while nobody knows it.
    """

    lines: Iterable[str]
    delimiter: str
    quote: str
    width: int = 0
    _waiting: list[str] = field(default_factory=list)  # to be read again, the next one last
    _taken: list[str] = field(default_factory=list)  # by the record that is being read
    _ended: bool = False  # the file was over before the record was

    def __iter__(self) -> Iterator[Record]:
        """Yield the records; raises BrokenCsvError where a cell is too long to be one."""
        csv.field_size_limit(LONGEST_CELL)
        lines = iter(self.lines)
        reader = self._reader(lines)
        for number in count(1):
            cells, broken = self._next(reader)
            if cells is None and broken is None:
                return
            if self._is_stray():
                reader = self._reader(lines)
                yield Record(number, [self._first_alone()], 1, stray=True)
            elif cells is None:
                raise BrokenCsvError(number - 1, str(broken)) from broken
            else:
                yield Record(number, cells, len(self._taken))

    def _next(self, reader: Iterator[list[str]]) -> tuple[list[str] | None, csv.Error | None]:
        """Return the next record's cells, or why it has none; neither at the end."""
        self._taken, self._ended = [], False
        try:
            return next(reader, None), None
        except csv.Error as error:
            return None, error

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        source = iter(partial(self._line, lines), None)
        return csv.reader(source, delimiter=self.delimiter, quotechar=self.quote)

    def _line(self, lines: Iterator[str]) -> str | None:
        """Return the line to read, those first that are read again, and note it."""
        line = self._waiting.pop() if self._waiting else next(lines, None)
        if line is None:
            self._ended = True
        else:
            self._taken.append(line)
        return line

    def _first_alone(self) -> str:
        """Return the record's first line, and let the others be read again."""
        first, *others = self._taken
        self._waiting += reversed(others)
        return first.strip()

    def _is_stray(self) -> bool:
        """Return whether a mark opens in the record that nothing closes, or that ate rows."""
        if self._ended:
            return True
        others = self._taken[1:]
        alike = sum(self._is_like_the_first(line) for line in others)
        return bool(others) and self.width >= _FEWEST_CELLS and 2 * alike >= len(others)

    def _is_like_the_first(self, line: str) -> bool:
        """Return whether a line has a row's cells, the first of them written like the record's."""
        cells = line.split(self.delimiter)
        begun = self._taken[0].split(self.delimiter, 1)[0]
        return len(cells) == self.width and self._form(cells[0]) == self._form(begun)

    def _form(self, cell: str) -> str:
        """Return how a cell is written: INC-12 and INC-7 are both a-9."""
        plain = cell.strip(f" \t\ufeff{self.quote}")
        return _DIGITS.sub("9", _LETTERS.sub("a", plain))
