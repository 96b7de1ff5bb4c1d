"""The order of the folders in the documentation's navigation."""

from typing import Any

ORDER = ("index", "tutorial", "guide", "methods", "reference", "decisions", "develop")


def on_nav(nav: Any, **_: Any) -> Any:
    """Sort the top of the navigation: the start page, then learning before looking up."""
    nav.items.sort(key=lambda item: _place(item.title, is_page=item.is_page))
    return nav


def _place(title: str | None, *, is_page: bool) -> int:
    """Return where an entry stands."""
    name = "index" if is_page else (title or "").lower()
    return ORDER.index(name) if name in ORDER else len(ORDER)
