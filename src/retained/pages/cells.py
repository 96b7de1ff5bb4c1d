"""How values look on a page and in an export: one function for each kind of value.

The template tags and the tables both show values through this file, so a month, an amount or a
verdict looks the same everywhere. Blank values show a dash that a screen reader does not spell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone, localtime

from retained.pages.exports import Value
from retained.shared.days import short_day
from retained.shared.money import Money, minor_digits

NOTHING = mark_safe(
    '<span class="rt-nothing" aria-hidden="true">–</span><span class="visually-hidden">none</span>'
)
GAP = "\u00a0"  # between a figure and its unit: 95.4 %, 1 h 42 m never break there


@dataclass(frozen=True, slots=True)
class VerdictLook:
    """How a verdict is told apart: by word, by shape and by tone, never by colour alone."""

    word: str
    shape: str
    tone: str


VERDICTS = {
    "met": VerdictLook("Met", "met", "good"),
    "below_expected": VerdictLook("Below expected", "below-expected", "warn"),
    "below_minimum": VerdictLook("Below minimum", "below-minimum", "bad"),
    "too_few": VerdictLook("Too few", "too-few", "quiet"),
    "not_measured": VerdictLook("Not measured", "not-measured", "quiet"),
    "missed": VerdictLook("Missed", "missed", "bad"),
    "open": VerdictLook("Open", "open", "plain"),
    "excluded": VerdictLook("Excluded", "excluded", "quiet"),
    "unusable": VerdictLook("Unusable", "unusable", "warn"),
    "so_far": VerdictLook("So far", "so-far", "plain"),
}


@lru_cache(maxsize=512)
def icon(name: str, *, label: str = "") -> SafeString:
    """Return an icon of the sprite; without a label it is decoration and is not read out.

    Icons and verdicts stand on a page by the dozen, and the address of a static file stays the
    same while a process runs: each is written once.
    """
    address = static("vendor/icons.svg")
    if label:
        return format_html(
            '<svg class="rt-icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label, address, name,
        )  # fmt: skip
    return format_html(
        '<svg class="rt-icon" aria-hidden="true"><use href="{}#{}"/></svg>', address, name
    )


def verdict(value: Any) -> SafeString:
    """Return a verdict as shape, word and tone."""
    return _verdict(str(getattr(value, "value", value)))


@lru_cache(maxsize=64)
def _verdict(name: str) -> SafeString:
    look = VERDICTS[name.replace(" ", "_").replace("-", "_").lower()]
    return format_html(
        '<span class="rt-verdict rt-tone-{}"><svg class="rt-shape" aria-hidden="true">'
        '<use href="{}#{}"/></svg>{}</span>',
        look.tone, static("retained/shapes.svg"), look.shape, look.word,
    )  # fmt: skip


def number(value: Any, places: int = 0) -> str:
    """Return a number with thousands apart, rounded half up for the eye only."""
    if type(value) is int and not places:
        return f"{value:,}"
    step = Decimal(1).scaleb(-places)
    return f"{Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP):,}"


def percent(ratio: Any, places: int = 1) -> SafeString:
    """Return a ratio 0..1 as a percentage that never wraps."""
    text = f"{number(Decimal(str(ratio)) * 100, places)}{GAP}%"
    return _html(f'<span class="rt-figure">{text}</span>')


def money(amount: Money, *, minor: bool = True) -> SafeString:
    """Return an amount with its currency; `minor` False leaves the cents out."""
    places = minor_digits(amount.currency) if minor else 0
    text = f"{number(amount.amount, places)}{GAP}{amount.currency}"
    return _html(f'<span class="rt-figure">{text}</span>')


def moment(at: datetime, zone: ZoneInfo | None = None) -> SafeString:
    """Return a moment as <time>, on the wall of `zone`; the page's own zone where none is given."""
    local = localtime(at, zone or get_current_timezone())
    stamp = at.astimezone(UTC).isoformat(timespec="seconds")
    title = f"{local:%A %d %B %Y, %H:%M:%S %Z} ({stamp[:19]}Z)"
    text = f"{short_day(local)}, {local:%H:%M}"
    return _html(f'<time datetime="{stamp}" title="{title}">{text}</time>')


def day(value: date) -> SafeString:
    """Return a day as <time>."""
    stamp, text = value.isoformat()[:10], short_day(value)
    return _html(f'<time datetime="{stamp}">{text}</time>')


def duration(seconds: int) -> SafeString:
    """Return a length of time by its two greatest units, exact to the second in its title."""
    text = duration_text(int(seconds))
    return _html(f'<span class="rt-figure" title="{number(seconds)} seconds">{text}</span>')


def duration_text(seconds: int) -> str:
    """Return a length of time in words: 3 d 4 h, 1 h 42 m, 5 m 07 s. A day here is 24 hours."""
    sign, rest = ("−", -seconds) if seconds < 0 else ("", seconds)
    minutes, second = divmod(rest, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return f"{sign}{days:,}{GAP}d {hour}{GAP}h"
    if hour:
        return f"{sign}{hour}{GAP}h {minute:02}{GAP}m"
    if minute:
        return f"{sign}{minute}{GAP}m {second:02}{GAP}s"
    return f"{sign}{second}{GAP}s"


def share(ratio: Any) -> SafeString:
    """Return a ratio 0..1 as a bar with its percentage beside it."""
    width = min(max(float(ratio), 0.0), 1.0) * 60
    return format_html(
        '<span class="rt-share"><svg class="rt-share-bar" viewBox="0 0 60 6" aria-hidden="true">'
        '<rect class="rt-share-whole" width="60" height="6" rx="3"/>'
        '<rect class="rt-share-part" width="{}" height="6" rx="3"/></svg>{}</span>',
        f"{width:.1f}", percent(ratio, 0),
    )  # fmt: skip


def code(value: Any) -> SafeString:
    """Return something to be compared letter by letter: a hash, an id."""
    return format_html('<code class="rt-code">{}</code>', value)


def _figure(value: Any) -> SafeString:
    return _html(f'<span class="rt-figure">{number(value)}</span>')


def _decimal(value: Any) -> SafeString:
    """Return a number with as many digits after the point as it is written with."""
    places = max(-int(Decimal(str(value)).as_tuple().exponent), 0)
    return _html(f'<span class="rt-figure">{number(value, places)}</span>')


def _html(text: str) -> SafeString:
    """Return digits and words of ours as HTML: nothing that people wrote is in them.

    A page has hundreds of such cells, and looking for what to escape costs more than they do.
    """
    return mark_safe(text)  # noqa: S308 - what callers put in comes from numbers and dates alone


def _yes(value: Any) -> SafeString:
    return format_html("{}", "Yes" if value else "No")


KINDS: dict[str, Callable[[Any], SafeString]] = {
    "text": conditional_escape,
    "number": _figure,
    "decimal": _decimal,
    "percent": percent,
    "money": money,
    "moment": moment,
    "day": day,
    "duration": duration,
    "share": share,
    "verdict": verdict,
    "code": code,
    "yes": _yes,
}


def shown(kind: str, value: Any) -> SafeString:
    """Return `value` as a page shows that kind of value."""
    if value is None or value == "":
        return NOTHING
    return KINDS[kind](value)


def exported(value: Any) -> Value:
    """Return `value` as an export holds it."""
    if isinstance(value, Value):
        return value
    return str(getattr(value, "value", value))
