"""How files of what came true are read: columns, and accounts to the lines of a case.

In   a YAML text of the schema retained/actuals/1
Out  a frozen value, or every remark about it at once; the same text again
Why  docs/reference/actuals.md
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from retained.shared.documents import DocumentKind, as_yaml, schema_text
from retained.shared.errors import DomainError
from retained.shared.months import Month
from retained.shared.placed import FieldError, raise_any
from retained.shared.remarks import RefusedError

SCHEMA = "retained/actuals/1"
_DAY_MARKS = {"YYYY": "%Y", "MM": "%m", "DD": "%d"}
_LEFT_OVER = frozenset("-/. ")


class ActualsRefusedError(RefusedError):
    """A mapping or a file of actuals cannot be used; `remarks` say all that is wrong with it."""


def day_format(text: str) -> str:
    """Return how `strptime` writes DD-MM-YYYY or YYYY-MM; raises ValueError."""
    found, left = text, text
    for mark, code in _DAY_MARKS.items():
        found, left = found.replace(mark, code, 1), left.replace(mark, "", 1)
    if set(left) - _LEFT_OVER or "%Y" not in found or "%m" not in found:
        raise ValueError(f"“{text}” says no day: write it with YYYY, MM and DD, like DD-MM-YYYY")
    return found


def _day_text(text: str) -> str:
    day_format(text)
    return text


def _month_text(text: str) -> str:
    try:
        return str(Month.parse(text))
    except DomainError as error:
        raise ValueError(error.message) from error


DayText = Annotated[str, AfterValidator(_day_text), Field(examples=["DD-MM-YYYY", "YYYY-MM"])]
MonthText = Annotated[str, AfterValidator(_month_text), Field(examples=["2026-03"])]
Column = Annotated[str, Field(min_length=1, max_length=120)]
Account = Annotated[str, Field(pattern=r"^[^\s*][^*]{0,58}\*?$|^\*$", examples=["4310", "43*"])]


class Decimals(StrEnum):
    """The mark before decimals."""

    POINT = "point"
    COMMA = "comma"


class Costs(StrEnum):
    """How the ledger writes what was spent."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class _Terms(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class LedgerColumns(_Terms):
    """What is read of a ledger: the names in its header. An amount, or debit and credit."""

    day: Column
    account: Column
    cost_centre: Column | None = None
    text: Column | None = None
    amount: Column | None = None
    debit: Column | None = None
    credit: Column | None = None
    currency: Column | None = None

    @model_validator(mode="after")
    def _must_say_how_much(self) -> Self:
        if (self.amount is None) == (self.debit is None) or (self.debit is None) != (
            self.credit is None
        ):
            raise ValueError("name the column amount, or both of debit and credit")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that must be there."""
        return tuple(name for name in self.model_dump().values() if name)


class LedgerTerms(_Terms):
    """How ledgers are written."""

    columns: LedgerColumns
    days: DayText = "YYYY-MM-DD"
    decimal: Decimals = Decimals.POINT
    costs: Costs = Costs.POSITIVE
    cost_centres: tuple[str, ...] = ()  # those of the case; none named: all

    @model_validator(mode="after")
    def _centres_need_their_column(self) -> Self:
        if self.cost_centres and self.columns.cost_centre is None:
            raise FieldError("name the column of the cost centre, too", "columns", "cost_centre")
        return self


class DriverTerms(_Terms):
    """How files of volumes and headcount are written: one row a month, a column an assumption."""

    month: Column
    days: DayText = "YYYY-MM"
    decimal: Decimals = Decimals.POINT
    columns: Annotated[dict[Column, str], Field(min_length=1)]

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that must be there."""
        return (self.month, *self.columns)


class AccountTerms(_Terms):
    """An account, or all that begin alike (43*), perhaps of one cost centre only."""

    account: Account
    cost_centre: str = ""

    def takes(self, account: str, cost_centre: str) -> bool:
        """Return whether an entry of this account and cost centre is meant."""
        if self.cost_centre not in {"", cost_centre}:
            return False
        stem = self.account.removesuffix("*")
        return account == stem or (stem != self.account and account.startswith(stem))

    @property
    def closeness(self) -> tuple[bool, bool, int]:
        """How narrowly it is meant: of two that take an entry, the closer one counts."""
        whole = not self.account.endswith("*")
        return bool(self.cost_centre), whole, len(self.account)

    def __str__(self) -> str:
        """Return it as people say it."""
        return f"{self.account} of {self.cost_centre}" if self.cost_centre else self.account


class LeftOutTerms(AccountTerms):
    """An account that is known not to belong to the case, and why."""

    because: Annotated[str, Field(max_length=200)] = ""


class ActualsTerms(_Terms):
    """How the actuals of one case are read."""

    schema_name: Literal["retained/actuals/1"] = Field(
        alias="schema", validation_alias=AliasChoices("schema", "schema_name")
    )
    ledger: LedgerTerms | None = None
    lines: dict[str, tuple[AccountTerms, ...]] = Field(default_factory=dict)
    leave_out: tuple[LeftOutTerms, ...] = ()
    closed: dict[str, MonthText] = Field(default_factory=dict)
    drivers: DriverTerms | None = None

    @model_validator(mode="before")
    @classmethod
    def _an_account_may_stand_alone(cls, given: dict[str, Any]) -> dict[str, Any]:
        lines = given.get("lines")
        found = dict(given)
        if isinstance(lines, dict):
            found["lines"] = {line: _accounts(some) for line, some in lines.items()}
        if "leave_out" in found:
            found["leave_out"] = _accounts(found["leave_out"])
        return found

    @model_validator(mode="after")
    def _must_read_something(self) -> Self:
        raise_any(self._faults())
        return self

    def _faults(self) -> Iterator[FieldError]:
        if self.ledger is None and self.drivers is None:
            yield FieldError("name the columns of a ledger, or those of drivers", "ledger")
        for line in self.closed:
            if line not in self.lines:
                yield FieldError(f"“{line}” has no account under lines", "closed", line)
        seen: dict[tuple[str, str], str] = {}
        for line, account in self.accounts():
            place = (account.account, account.cost_centre)
            if place in seen:
                sentence = f"account {account} stands at {seen[place] or 'leave_out'} already"
                yield FieldError(sentence, *(("lines", line) if line else ("leave_out",)))
            seen[place] = line

    def accounts(self) -> Iterator[tuple[str, AccountTerms]]:
        """Yield every account with its line; "" for those that are left out."""
        for line, some in self.lines.items():
            yield from ((line, account) for account in some)
        yield from (("", account) for account in self.leave_out)

    def line_of(self, account: str, cost_centre: str) -> str | None:
        """Return the line of an entry, "" where it is left out, None where nothing says."""
        found = self.rule_of(account, cost_centre)
        return None if found is None else found[0]

    def rule_of(self, account: str, cost_centre: str) -> tuple[str, AccountTerms] | None:
        """Return the closest rule that takes an entry, with its line: "" where it leaves out."""
        found = [one for one in self.accounts() if one[1].takes(account, cost_centre)]
        return max(found, key=lambda one: (one[1].closeness, one[0]), default=None)

    @property
    def closed_in(self) -> dict[str, Month]:
        """The lines to which nothing more will be booked, and from which month on that is so."""
        return {line: Month.parse(month) for line, month in self.closed.items()}

    def as_document(self) -> dict[str, Any]:
        """Return the mapping as plain values: reading them gives an equal one."""
        found = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for line, accounts in found.get("lines", {}).items():
            found["lines"][line] = [_as_written(account) for account in accounts]
        if "leave_out" in found:
            found["leave_out"] = [_as_written(account) for account in found["leave_out"]]
        return found


def _as_written(account: dict[str, str]) -> dict[str, str] | str:
    """Return an account as people write it: alone, unless more is said of it."""
    return account if len(account) > 1 else account["account"]


def _accounts(some: Any) -> Any:
    """Return accounts as their models take them; one alone needs no list around it."""
    listed = some if isinstance(some, list | tuple) else [some]
    return [{"account": one} if isinstance(one, str) else one for one in listed]


_KIND = DocumentKind("mapping", SCHEMA, "Mapping of actuals", ActualsTerms, ActualsRefusedError)


def read_actuals_mapping(text: str, *, name: str = "mapping.yaml") -> ActualsTerms:
    """Return the mapping that a YAML text writes; raises ActualsRefusedError with every remark."""
    return _KIND.read(text, name=name)


def write_actuals_mapping(terms: ActualsTerms) -> str:
    """Return the mapping as YAML; reading it gives an equal one."""
    return as_yaml(terms.as_document())


def actuals_schema() -> str:
    """Return the JSON Schema (2020-12) of a mapping, as its file holds it."""
    schema = _KIND.json_schema()
    for several in (
        schema["properties"]["lines"]["additionalProperties"],
        schema["properties"]["leave_out"],
    ):
        several["items"] = {"anyOf": [{"type": "string"}, several["items"]]}
    return schema_text(schema)
