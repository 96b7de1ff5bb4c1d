"""Template tags that ask the permission table: `{% load permissions %}`.

A page offers only what the reader may do: a button that answers “not there” is a dead end.
"""

from typing import Any

from django import template

from retained.directory import access

register = template.Library()


@register.simple_tag(takes_context=True)
def may_open(context: template.Context, url_name: str, method: str = "GET") -> bool:
    """Return whether the permission table opens an address to the reader's roles."""
    person: Any = getattr(context["request"], "person", None)
    return access.may_open(person, url_name, method)


@register.simple_tag(takes_context=True)
def may_do(context: template.Context, action: str, reference: str | None = None) -> bool:
    """Return whether the reader may do something, on an agreement where one is named."""
    person: Any = getattr(context["request"], "person", None)
    return person is not None and access.may(person, action, reference)
