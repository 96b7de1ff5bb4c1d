"""Template tags for values and small parts: `{% load retained_pages %}`.

Values go through `pages/cells.py`, so that a page and a table show the same thing alike.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from retained.pages import cells
from retained.shared.money import Money

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Show an icon; give it a label only where it stands without words."""
    return cells.icon(name, label=label)


@register.simple_tag
def verdict(value: Any) -> SafeString:
    """Show a verdict as shape, word and tone."""
    return cells.verdict(value) if value else cells.NOTHING


@register.simple_tag
def money(amount: Money | None, minor: bool = True) -> SafeString:
    """Show an amount with its currency."""
    return cells.NOTHING if amount is None else cells.money(amount, minor=minor)


@register.simple_tag
def percent(ratio: Any, places: int = 1) -> SafeString:
    """Show a ratio 0..1 as a percentage."""
    return cells.NOTHING if ratio in (None, "") else cells.percent(ratio, places)


@register.simple_tag
def number(value: Any, places: int = 0) -> str:
    """Show a number with thousands apart."""
    return cells.NOTHING if value in (None, "") else cells.number(value, places)


@register.simple_tag
def moment(at: datetime | None, zone: str | ZoneInfo = "") -> SafeString:
    """Show a moment as <time> on the wall of `zone` (a name or a ZoneInfo), or of the page."""
    if at is None:
        return cells.NOTHING
    return cells.moment(at, ZoneInfo(zone) if isinstance(zone, str) and zone else zone or None)


@register.simple_tag
def day(value: date | None) -> SafeString:
    """Show a day as <time>."""
    return cells.NOTHING if value is None else cells.day(value)


@register.simple_tag
def duration(seconds: int | None) -> SafeString:
    """Show a length of time given in seconds."""
    return cells.NOTHING if seconds is None else cells.duration(seconds)


@register.simple_tag
def share(ratio: Any) -> SafeString:
    """Show a ratio 0..1 as a bar with its percentage."""
    return cells.NOTHING if ratio in (None, "") else cells.share(ratio)


@register.simple_tag
def shown(kind: str, value: Any) -> SafeString:
    """Show a value of a kind that is known only when the page is made."""
    return cells.shown(kind, value)


@register.simple_tag
def styled(field: BoundField) -> SafeString:
    """Show a form's field with our classes; one that holds an error says so to a screen reader."""
    kind = field.widget_type
    css_class = {"checkbox": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    if kind in {"radioselect", "checkboxselectmultiple"}:
        css_class = "form-check-input"
    attributes = {"class": f"{css_class} is-invalid" if field.errors else css_class}
    if field.errors:
        attributes |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
    return field.as_widget(attrs=field.field.widget.attrs | attributes)


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.simple_tag
def device(user_agent: str) -> SafeString:
    """Show what a browser calls itself in two words, and all of it on pointing."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A program")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "an unknown system")
    return format_html('<span title="{}">{} on {}</span>', user_agent, browser, system)
