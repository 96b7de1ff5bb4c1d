"""Mappings: how a source's files are read, as values that a person writes or a page asks for.

In   a YAML text of schema retained/mapping/1
Out  a Mapping, or remarks that name the line, the field and what would be right
Why  docs/reference/mapping.md
"""

import codecs
import difflib
import re
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from retained.shared import yaml_lines
from retained.shared.remarks import Place, Remark, Severity
from retained.shared.states import State

SCHEMA = "retained/mapping/1"
UNCHANGED = "unchanged"
ANY_OTHER = "*"
DATETIME_WORDS = ("iso", "epoch", "epoch_ms", "excel")
_DIRECTIVES = frozenset("YymdHMSfzjbBIpaA%")


class Shape(StrEnum):
    """What one row of a file stands for."""

    STATE_CHANGES = "state_changes"  # a row is one change of state
    UPDATES = "updates"  # a row is one update, with the state in it
    STAMPS = "stamps"  # a row is one ticket with the times of its steps
    CLOCK_TABLE = "clock_table"  # a row is a tool's own clock of one ticket
    SNAPSHOTS = "snapshots"  # a row is one ticket as it stood at a cut-off


class Format(StrEnum):
    """How a file is written."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "json_lines"
    PARQUET = "parquet"


STEPS = {
    "opened": State.NEW,
    "assigned": State.ASSIGNED,
    "started": State.IN_PROGRESS,
    "reopened": State.IN_PROGRESS,
    "resolved": State.RESOLVED,
    "closed": State.CLOSED,
    "cancelled": State.CANCELLED,
}
_OF_EVERY_SHAPE = (
    "ticket", "priority", "actor", "reason", "reported", "breached", "version",
)  # fmt: skip
REQUIRED = {
    Shape.STATE_CHANGES: ("ticket", "at", "state"),
    Shape.UPDATES: ("ticket", "at", "state"),
    Shape.STAMPS: ("ticket", "opened"),
    Shape.CLOCK_TABLE: ("ticket", "start"),
    Shape.SNAPSHOTS: ("ticket", "opened"),
}
_EVENT_ROLES = ("at", "state", "sequence", "row_id", *STEPS)
_TICKET_ROLES = ("state", "hold", *STEPS)
ROLES = {
    Shape.STATE_CHANGES: (*_OF_EVERY_SHAPE, *_EVENT_ROLES),
    Shape.UPDATES: (*_OF_EVERY_SHAPE, *_EVENT_ROLES),
    Shape.STAMPS: (*_OF_EVERY_SHAPE, *_TICKET_ROLES),
    Shape.CLOCK_TABLE: (*_OF_EVERY_SHAPE, "start", "stop", "paused"),
    Shape.SNAPSHOTS: (*_OF_EVERY_SHAPE, *_TICKET_ROLES, "cut_off"),
}


def _source_name(name: str) -> str:
    if "/" in name or not name.isprintable():
        raise ValueError(f"“{name}” cannot name a source: its name is part of addresses, without /")
    return name


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"“{name}” is not a time zone: write a name like Europe/Amsterdam or UTC"
        ) from error
    return name


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise ValueError(
            f"“{name}” is not an encoding: write one like utf-8, utf-16 or cp1252"
        ) from error


def _datetime_format(text: str) -> str:
    if text in DATETIME_WORDS:
        return text
    directives = re.findall(r"%(.?)", text)
    unknown = [letter for letter in directives if letter not in _DIRECTIVES]
    if unknown or not directives:
        raise ValueError(
            f"“{text}” is not a date format: write one like %Y-%m-%d %H:%M, "
            f"or one of {', '.join(DATETIME_WORDS)}"
        )
    return text


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _without_boolean_keys(value: Any) -> Any:
    if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        raise ValueError("put words such as yes, no, on, off, true and null in quotes here")
    return value


def _one_character(text: str) -> str:
    text = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(text) != 1:
        raise ValueError('write one character, like ";" or tab')
    return text


ZoneName = Annotated[str, AfterValidator(_zone)]
Words = Annotated[
    tuple[str, ...], BeforeValidator(_as_list, json_schema_input_type=str | list[str])
]
DatetimeFormats = Annotated[
    tuple[Annotated[str, AfterValidator(_datetime_format)], ...],
    BeforeValidator(_as_list, json_schema_input_type=str | list[str]),
]
StateName = Literal[
    "new",
    "assigned",
    "in_progress",
    "waiting_client",
    "waiting_third_party",
    "resolved",
    "closed",
    "cancelled",
    "unchanged",
]
StateNames = Annotated[dict[str, StateName], BeforeValidator(_without_boolean_keys)]
Character = Annotated[str, AfterValidator(_one_character)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FileMapping(_Strict):
    """How the files of one name pattern are read."""

    pattern: str = Field(
        min_length=1, description="Names of files, * for any letters, letter case aside."
    )
    shape: Shape = Field(description="What one row stands for.")
    columns: Annotated[dict[str, str], BeforeValidator(_without_boolean_keys)] = Field(
        description="What is read: the name in the file's header.",
        json_schema_extra={
            "propertyNames": {"enum": [*sorted({role for one in ROLES.values() for role in one})]}
        },
    )
    attributes: Annotated[dict[str, str], BeforeValidator(_without_boolean_keys)] = Field(
        default_factory=dict,
        description="Further columns that service levels may filter by: a name of yours, "
        "and the name in the file's header.",
    )
    format: Format | None = Field(None, description="By default, from the ending of the name.")
    delimiter: Character | None = Field(None, description="By default, found in the header.")
    quote: Character = '"'
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    sheet: str | None = Field(None, description="Of a workbook; by default the first.")
    header_row: int = Field(1, ge=1, le=100, description="Rows above it are left.")
    datetime: DatetimeFormats = Field(
        ("iso",), min_length=1, description="One format or several, tried in order."
    )
    decimal: Literal[".", ","] = Field(".", description="The mark before decimals.")
    time_zone: ZoneName | None = Field(None, description="By default, the source's.")
    missing: Words = Field(("",), description="Texts that stand for no value.")
    only: Annotated[dict[str, Words], BeforeValidator(_without_boolean_keys)] = Field(
        default_factory=dict, description="Read only rows whose column holds one of these values."
    )
    states: StateNames | None = Field(None, description="By default, the source's.")
    hold_unit: Literal["seconds", "minutes", "hours", "days"] = Field(
        "seconds", description="Of the columns hold and paused."
    )
    opening: Literal["state", "first_row"] = Field(
        "state", description="first_row: a ticket opens with the first row that names it."
    )
    order: Literal["oldest_first", "newest_first"] = Field(
        "oldest_first", description="Which of two rows of one ticket and moment came first."
    )
    cut_off: str | None = Field(
        None, description="Of snapshots: the date in the file's name, like tickets-%Y-%m.csv."
    )

    @model_validator(mode="after")
    def _columns_fit_the_shape(self) -> Self:
        for role in self.columns:
            if role not in ROLES[self.shape]:
                raise ValueError(f"columns.{role}: {_not_a_role(role, self.shape)}")
        for role in REQUIRED[self.shape]:
            if role not in self.columns:
                raise ValueError(f"columns: a {self.shape} file needs a column for “{role}”")
        if self.shape is Shape.SNAPSHOTS and not (self.cut_off or "cut_off" in self.columns):
            raise ValueError(
                "cut_off: snapshots need their cut-off: a column cut_off, "
                "or the date in the file's name, like cut_off: tickets-%Y-%m.csv"
            )
        if {"reported", "breached"} <= set(self.columns):
            raise ValueError("columns.breached: map either reported or breached, not both")
        return self


class Mapping(_Strict):
    """How the files of one source are read."""

    schema_name: Literal["retained/mapping/1"] = Field(alias="schema")
    source: Annotated[str, AfterValidator(_source_name)] = Field(
        min_length=1, max_length=100, description="The system the files are of."
    )
    time_zone: ZoneName = Field(description="Of times that carry no offset.")
    files: tuple[FileMapping, ...] = Field(min_length=1)
    states: StateNames = Field(
        default_factory=dict,
        description="The source's own states; * stands for any other, unchanged for no news.",
    )
    priorities: Annotated[dict[str, str], BeforeValidator(_without_boolean_keys)] = Field(
        default_factory=dict, description="Renames priorities; others stay as they are."
    )
    verdicts: Annotated[
        dict[str, Literal["met", "missed"]], BeforeValidator(_without_boolean_keys)
    ] = Field(default_factory=dict, description="Words of the columns reported and breached.")

    @model_validator(mode="after")
    def _states_are_told(self) -> Self:
        for number, file in enumerate(self.files):
            if "state" not in file.columns:
                continue
            names = self.states if file.states is None else file.states
            if not names:
                raise ValueError(
                    f"files.{number}.columns.state: say under states what each state stands for"
                )
            folded = [name.strip().casefold() for name in names]
            twice = sorted({name for name in folded if folded.count(name) > 1})
            if twice:
                raise ValueError(f"states: “{twice[0]}” stands there twice, letter case aside")
        return self

    def states_of(self, file: FileMapping) -> dict[str, StateName]:
        """Return what the states of one file stand for."""
        return self.states if file.states is None else file.states

    def zone_of(self, file: FileMapping) -> ZoneInfo:
        """Return the zone of one file's times that carry no offset."""
        return ZoneInfo(file.time_zone or self.time_zone)


def read_mapping(text: str, name: str = "mapping.yaml") -> Mapping | list[Remark]:
    """Return the mapping that `text` writes, or every reason why it is none."""
    try:
        value, lines = yaml_lines.load(text, name=name)
    except yaml_lines.YamlError as error:
        return [error.remark]
    if not isinstance(value, dict):
        sentence = f"A mapping is a list of fields; its first line is “schema: {SCHEMA}”."
        return [Remark(Severity.ERROR, "mapping", sentence, Place(file=name, row=1))]
    try:
        return Mapping.model_validate(value)
    except ValidationError as error:
        return [_remark_of(dict(fault), lines, name) for fault in error.errors()]


def mapping_text(mapping: Mapping) -> str:
    """Return the mapping as YAML; reading it again gives the same mapping."""
    fields = mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.safe_dump(_plain(fields), sort_keys=False, allow_unicode=True, width=100)


def mapping_schema() -> dict[str, Any]:
    """Return the JSON Schema of mappings, as it is published."""
    schema = Mapping.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        **schema,
    }


def _plain(value: Any) -> Any:
    """Return single-item lists of words as the word itself, as people write them."""
    if isinstance(value, dict):
        return {
            key: inner[0]
            if key == "datetime" and isinstance(inner, list) and len(inner) == 1
            else _plain(inner)
            for key, inner in value.items()
        }
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _not_a_role(role: str, shape: Shape) -> str:
    near = difflib.get_close_matches(role, ROLES[shape], n=1)
    hint = f"did you mean “{near[0]}”? " if near else ""
    return (
        f"a {shape} file has no “{role}”: {hint}It may have {', '.join(ROLES[shape])}; "
        "a column to filter by belongs under attributes"
    )


def _remark_of(fault: dict[str, Any], lines: dict[yaml_lines.Path, int], name: str) -> Remark:
    """Return one of pydantic's errors as a remark with its line, its field and a way on."""
    path: tuple[str | int, ...] = tuple(
        part for part in fault["loc"] if not str(part).startswith(("literal[", "function-", "enum"))
    )
    sentence = _sentence(fault)
    if fault["type"] == "value_error":
        field, colon, rest = sentence.partition(": ")
        if colon and re.fullmatch(r"[\w.]+", field):
            path += tuple(int(part) if part.isdecimal() else part for part in field.split("."))
            sentence = rest
    sentence = sentence[:1].upper() + sentence[1:].rstrip(".") + "."
    line = yaml_lines.line_of(lines, path)
    column = ".".join(str(part) for part in path)
    return Remark(Severity.ERROR, "mapping", sentence, Place(file=name, row=line, column=column))


def _sentence(fault: dict[str, Any]) -> str:
    match fault["type"]:
        case "missing":
            return "this field is needed and is not there"
        case "extra_forbidden":
            fields = [*FileMapping.model_fields, *Mapping.model_fields]
            near = difflib.get_close_matches(str(fault["loc"][-1]), fields, n=1)
            return "there is no such field" + (f": did you mean “{near[0]}”?" if near else "")
        case "enum" | "literal_error":
            return f"“{fault['input']}” is none of {fault['ctx']['expected']}"
        case "value_error":
            return str(fault["ctx"]["error"])
        case _:
            return str(fault["msg"])
