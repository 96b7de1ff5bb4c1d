"""What can be wrong with a row: one code each, its severity, and the sentence that people read.

In   -
Out  FAULTS, and the sentence of one fault
Why  docs/methods/reading-evidence.md

An error means that the row is not used; a warning, that it is used and somebody should look.
"""

from dataclasses import dataclass

from retained.shared.remarks import Severity


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that can be wrong: {value} in the sentence is what the cell holds."""

    severity: Severity
    sentence: str


def _error(sentence: str) -> Fault:
    return Fault(Severity.ERROR, sentence)


def _note(sentence: str) -> Fault:
    return Fault(Severity.NOTE, sentence)


def _warning(sentence: str) -> Fault:
    return Fault(Severity.WARNING, sentence)


FAULTS = {
    "row_too_short": _error("The row has {value} cells: it is not used."),
    "row_too_long": _error(
        "The row has {value} cells, often because a text holds the delimiter without quotation "
        "marks: it is not used."
    ),
    "stray_quote": _error(
        "A quotation mark opens in this row and is not closed in it: “{value}”. The row is not "
        "used; reading goes on with the next line."
    ),
    "lines_in_texts": _note(
        "{value} lines of the file lie inside texts in quotation marks: they are no rows of "
        "their own."
    ),
    "not_json": _error("The line is not a JSON object: {value}."),
    "odd_bytes": _warning(
        "“{value}” holds bytes that are not of the file's encoding; they were read as Windows-1252."
    ),
    "formula_without_value": _warning(
        "The cell holds a formula without a stored value; formulas are never computed here, "
        "so it counts as empty. Open and save the file in a spreadsheet to store the value."
    ),
    "ticket_missing": _error("The row names no ticket."),
    "moment_missing": _error("The row has no time here."),
    "moment_unreadable": _error("“{value}” is not a time in the mapping's format."),
    "two_formats": _warning(
        "The column holds times in a second format: {value}. Write both formats under datetime, "
        "or correct the export; which of them a doubtful day has, only the provider can say."
    ),
    "moment_absurd": _error("“{value}” is before 1970 or too far in the future to be true."),
    "state_missing": _error("The row has no state."),
    "state_unknown": _error("The mapping does not say what the state “{value}” stands for."),
    "state_not_mapped": _warning(
        "The state {value} is not mapped: say under states what it stands for, or that it is "
        "unchanged, and let the file be read again."
    ),
    "wall_twice": _warning(
        "{value} came twice that night, when summer time ended; the first is taken."
    ),
    "wall_never": _warning(
        "{value} never was on the clock that night, when summer time began: is the zone right?"
    ),
    "verdict_unknown": _warning(
        "“{value}” is neither met nor missed: say what it stands for under verdicts."
    ),
    "number_unreadable": _error("“{value}” is not a number."),
    "number_negative": _error("“{value}” is negative: a duration cannot be."),
    "sequence_unreadable": _warning("“{value}” is no sequence: the order in the file counts."),
    "stop_before_start": _error("It ends ({value}) before it begins."),
    "step_unreadable": _warning("“{value}” is not a time in the mapping's format: left out."),
    "step_absurd": _warning("“{value}” is before 1970 or too far ahead to be true: left out."),
    "cut_off_unreadable": _error("“{value}” is not a cut-off in the mapping's format."),
    "left_by_only": _note("{value} rows are not among those that “only” asks for."),
    "no_opening": _warning(
        "Ticket {value} has no opening in the evidence: it is unusable where a clock or a month "
        "starts from the opening, as its clock would be too short. Bring in the rows from its "
        "beginning, or say “opening: first_row” in the mapping if its first row is its opening."
    ),
    "before_opening": _warning("Ticket {value} has rows from before its opening."),
    "in_one_file_only": _warning(
        "Ticket {value} is in this file and in no file of the other shape."
    ),
}
