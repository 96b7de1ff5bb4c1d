"""Parts of pages that are more than markup: values in, ready-to-show values out.

A figure beside the provider's, a trend, a ticket's bar of time, steps of a procedure, progress.
Each has a template of the same name in templates/pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

BAR_WIDTH = 1000  # units of the drawing; the page stretches it
SEGMENT_WORDS = {
    "running": "running",
    "paused": "paused",
    "closed": "out of service hours",
    "none": "no state known",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCard:
    """What was measured, beside what the provider reported, and how it was counted.

    `figure` and `reported` are ratios, amounts or texts as `kind` says (see `pages/cells.py`).
    `verdict` blank and `so_far` True is a month that still runs: it never looks like a verdict.
    """

    title: str
    figure: Any
    kind: str = "percent"
    counted: str = ""
    counts: str = ""
    reported: Any = None
    reported_counts: str = ""
    difference: str = ""
    verdict: str = ""
    against: str = ""
    so_far: bool = False
    url: str = ""
    link: str = "Open the tickets"
    trend: "Spark | None" = None


@dataclass(frozen=True, slots=True)
class Spark:
    """A trend without axes: points of a line in a box of 100 by 28, and a level's height."""

    points: str
    level: str
    sentence: str


def spark(values: Sequence[Decimal | None], *, level: Decimal | None, sentence: str) -> Spark:
    """Return the trend of `values` (oldest first); what is missing is left out."""
    there = [(index, float(value)) for index, value in enumerate(values) if value is not None]
    heights = [value for _, value in there] + ([float(level)] if level is not None else [])
    low, high = (min(heights), max(heights)) if heights else (0.0, 1.0)
    span = (high - low) or 1.0

    def height(value: float) -> str:
        return f"{26 - (value - low) / span * 24:.1f}"

    step = 100 / max(len(values) - 1, 1)
    points = " ".join(f"{index * step:.1f},{height(value)}" for index, value in there)
    return Spark(points, height(float(level)) if level is not None else "", sentence)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a ticket's time: `kind` is running, paused, closed (out of hours) or none."""

    start: datetime
    end: datetime
    kind: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch as the bar draws it."""

    x: str
    width: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class LegendLine:
    """How long one kind of time lasted."""

    kind: str
    words: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A ticket's bar of time, ready to draw."""

    segments: tuple[Segment, ...]
    legend: tuple[LegendLine, ...]
    start: datetime
    end: datetime
    due_x: str
    due: datetime | None
    sentence: str


def timeline(spans: Sequence[Span], *, due: datetime | None = None) -> Bar:
    """Return the bar of a ticket from its stretches, which follow each other without gaps.

    `due` marks the moment at which the target ran out. Raises ValueError without stretches.
    """
    if not spans:
        raise ValueError("A bar of time needs at least one stretch.")
    start, end = spans[0].start, spans[-1].end
    whole = max((end - start).total_seconds(), 1.0)

    def x(at: datetime) -> float:
        return (at - start).total_seconds() / whole * BAR_WIDTH

    segments = tuple(
        Segment(
            x=f"{x(span.start):.2f}",
            width=f"{max(x(span.end) - x(span.start), 0.6):.2f}",
            kind=span.kind,
            title=f"{span.label or SEGMENT_WORDS[span.kind]}: {_ends(span)}",
        )
        for span in spans
    )
    legend = _legend(spans)
    said = ", ".join(f"{_rough(line.seconds)} {line.words}" for line in legend)
    due_x = f"{x(due):.2f}" if due is not None and start <= due <= end else ""
    return Bar(segments, legend, start, end, due_x, due, f"{said}.")


def _legend(spans: Sequence[Span]) -> tuple[LegendLine, ...]:
    """Return how long each kind lasted, in the order of SEGMENT_WORDS."""
    lengths = dict.fromkeys(SEGMENT_WORDS, 0)
    for span in spans:
        lengths[span.kind] += int((span.end - span.start).total_seconds())
    return tuple(
        LegendLine(kind, SEGMENT_WORDS[kind], seconds)
        for kind, seconds in lengths.items()
        if seconds
    )


def _ends(span: Span) -> str:
    return f"{span.start:%d %b %H:%M} – {span.end:%d %b %H:%M} UTC"


def _rough(seconds: int) -> str:
    """Return a length of time as it is read aloud."""
    hours, minutes = divmod(seconds // 60, 60)
    said = [(hours, "hour"), (minutes, "minute")] if hours else [(minutes, "minute")]
    return " ".join(f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a procedure. `state` is done, current, blocked or waiting."""

    title: str
    state: str
    text: str = ""
    template: str = ""
    context: Any = None

    @property
    def state_words(self) -> str:
        """The state as people read it."""
        return {"done": "done", "current": "to do now", "blocked": "something is missing"}.get(
            self.state, "later"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far long work has come. `url` gives this part again until the work has ended."""

    title: str
    done: int
    total: int
    sentence: str
    url: str
    state: str = "running"
    next_url: str = ""
    next_label: str = ""

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.state in {"succeeded", "failed"}
