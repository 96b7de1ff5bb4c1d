"""Own, share or buy as JSON: advice, a what-if, everybody's answers; and business functions."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema, Status
from pydantic import Field

from retained.directory.api import Limit
from retained.pages.request import Request
from retained.shared import clock
from retained.strategy.access import portfolio as access
from retained.strategy.commands import business_functions as commands
from retained.strategy.commands.appraisals import give_appraisal
from retained.strategy.commands.business_functions import BusinessFunctionDetails
from retained.strategy.engine.own_or_buy import Question
from retained.strategy.queries import plain_functions as plain

router = Router(tags=["functions"])

Level = Annotated[int, Field(ge=0, le=4)]
Minutes = Annotated[int, Field(ge=0)]


class AnswersIn(Schema):
    """An answer from 0 to 4 to every question."""

    edge: Level
    knowledge: Level
    capability: Level
    vulnerability: Level
    specificity: Level
    uncertainty: Level
    opportunism: Level
    frequency: Level


class WhatIfIn(Schema):
    """Answers that are asked to be others; what is left out stays as people answered."""

    edge: Level | None = None
    knowledge: Level | None = None
    capability: Level | None = None
    vulnerability: Level | None = None
    specificity: Level | None = None
    uncertainty: Level | None = None
    opportunism: Level | None = None
    frequency: Level | None = None


class AppraisalIn(Schema):
    """One's own answers."""

    answers: AnswersIn
    note: str = ""


class AppraisalOut(Schema):
    """One person's answers that count."""

    person: str
    given_at: datetime
    note: str
    answers: dict[str, int]


class ChangeOut(Schema):
    """An answer that would change the advice."""

    question: str
    to: int
    way: str


class AdviceOut(Schema):
    """What the answers speak for; `agree` would get it from their own answers alone."""

    way: str | None
    importance: float | None
    risk: float | None
    answered: int
    agree: int
    answers: dict[str, float]
    reasons: list[str]
    differs: list[str]
    changes: list[ChangeOut]
    waiting: list[str]


class BusinessIn(Schema):
    """What is written about a business function."""

    title: str
    criticality: Literal["low", "medium", "high", "vital"]
    recovery_time_minutes: Minutes | None = None
    recovery_point_minutes: Minutes | None = None

    def details(self) -> BusinessFunctionDetails:
        """Return it as the command takes it."""
        return BusinessFunctionDetails(
            self.title, self.criticality, self.recovery_time_minutes, self.recovery_point_minutes
        )


class BusinessNewIn(BusinessIn):
    """A new business function."""

    reference: str


class BusinessChangeIn(BusinessIn):
    """What it becomes, with the version that the caller has seen."""

    version: int


class BusinessStateIn(Schema):
    """Whether it is retired, with the version that the caller has seen."""

    retired: bool
    version: int


class BusinessOut(Schema):
    """A business function."""

    reference: str
    title: str
    criticality: str
    recovery_time_minutes: int | None
    recovery_point_minutes: int | None
    retired: bool
    version: int


class BusinessPage(Schema):
    """Some business functions; `next` is what to send as `after` for those that follow."""

    items: list[BusinessOut]
    next: str | None


@router.get(
    "/functions/{function}/advice", response=AdviceOut, url_name="function_advice",
    summary="Own, share or buy",
)  # fmt: skip
def advice(request: Request, function: str, asked: Query[WhatIfIn]) -> Any:
    """Return what people's answers speak for; with answers in the address, what if they were so."""
    found = access.function_to_read(request.person, function)
    changed = {question: getattr(asked, question.value) for question in Question}
    return plain.advice_row(found, request.person, changed)


@router.get(
    "/functions/{function}/appraisals", response=list[AppraisalOut],
    url_name="function_appraisals", summary="Everybody's answers",
)  # fmt: skip
def appraisals(request: Request, function: str) -> Any:
    """Return the answers that count.

    One list: each person answers once.
    """
    return plain.appraisal_rows(access.function_to_read(request.person, function))


@router.post(
    "/functions/{function}/appraisals", response={201: AdviceOut},
    url_name="function_appraisals", summary="Give one's own answers",
)  # fmt: skip
def appraise(request: Request, function: str, sent: AppraisalIn) -> Any:
    """Keep one's own answers; earlier ones are superseded. Returns what all now speak for."""
    found = access.function_to_appraise(request.person, function)
    answers = {question: getattr(sent.answers, question.value) for question in Question}
    give_appraisal(found, answers, note=sent.note, by=request.person, at=clock.now())
    return Status(201, plain.advice_row(found, request.person))


@router.get(
    "/business-functions", response=BusinessPage, url_name="business_functions",
    summary="List business functions",
)  # fmt: skip
def business_functions(request: Request, after: str = "", limit: Limit = 100) -> dict[str, Any]:
    """Return the business functions, retired ones too, by reference, those after `after`."""
    readable = access.business_functions_to_read(request.person).filter(reference__gt=after)
    found = list(readable.order_by("reference")[: limit + 1])
    items = [plain.business_row(one) for one in found[:limit]]
    return {"items": items, "next": items[-1]["reference"] if len(found) > limit else None}


@router.post(
    "/business-functions", response={201: BusinessOut}, url_name="business_functions",
    summary="Add a business function",
)  # fmt: skip
def add_business_function(request: Request, sent: BusinessNewIn) -> Any:
    """Add what the company does and IT functions support."""
    made = commands.add_business_function(
        sent.reference, sent.details(), by=request.person, at=clock.now()
    )
    return Status(201, plain.business_row(made))


@router.put(
    "/business-functions/{business}", response=BusinessOut, url_name="business_function",
    summary="Change a business function",
)  # fmt: skip
def change_business_function(request: Request, business: str, sent: BusinessChangeIn) -> Any:
    """Change a business function; 409 if somebody saved meanwhile."""
    found = access.business_function_to_change(request.person, business)
    return plain.business_row(
        commands.change_business_function(
            found, sent.details(), by=request.person, at=clock.now(),
            expected_version=sent.version,
        )
    )  # fmt: skip


@router.post(
    "/business-functions/{business}/state", response=BusinessOut,
    url_name="business_function_state", summary="Retire a business function, or bring it back",
)  # fmt: skip
def business_function_state(request: Request, business: str, sent: BusinessStateIn) -> Any:
    """Retire a business function, or bring it back into use."""
    found = access.business_function_to_change(request.person, business)
    act = commands.retire_business_function if sent.retired else (
        commands.bring_back_business_function
    )  # fmt: skip
    made = act(found, by=request.person, at=clock.now(), expected_version=sent.version)
    return plain.business_row(made)
