"""The navigation: what each stage puts into it, grouped in the order of the road.

A stage registers its items in `AppConfig.ready()`; a page shows those that its reader may open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

STAGES = {
    "overview": "",
    "decide": "Decide",
    "select": "Select",
    "agree": "Agree",
    "run": "Run",
    "protect": "Protect",
    "govern": "Govern",
    "exit": "Exit",
    "house": "House",
}
OWN = "own"  # not a stage: what a person does about the own account, shown in the person's menu


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the navigation. `action` names the permission; blank: whoever is signed in."""

    stage: str
    title: str
    url_name: str
    icon: str
    action: str = ""
    order: int = 0

    @property
    def url(self) -> str:
        """Where the line leads."""
        return _address(self.url_name)


@cache
def _address(url_name: str) -> str:
    """Return an address by its name: asked of every line on every page, it never changes."""
    return reverse(url_name)


@dataclass(frozen=True, slots=True)
class NavLine:
    """An item as one page shows it."""

    item: NavItem
    is_current: bool


@dataclass(frozen=True, slots=True)
class NavSection:
    """The items of one stage that a person may open."""

    stage: str
    title: str
    lines: tuple[NavLine, ...]


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add `item` to the navigation; the same address registered again replaces the earlier."""
    if item.stage not in STAGES and item.stage != OWN:
        raise ValueError(f"{item.stage} is no stage: choose one of {', '.join(STAGES)}.")
    _items[item.url_name] = item


def sections(may_open: Callable[[NavItem], bool], *, path: str) -> list[NavSection]:
    """Return the stages that have something `may_open` allows, with the line of `path` marked."""
    open_items = [item for item in _items.values() if may_open(item)]
    current = _current(open_items, path)
    found = []
    for stage, title in STAGES.items():
        mine = sorted((i for i in open_items if i.stage == stage), key=lambda i: (i.order, i.title))
        if mine:
            lines = tuple(NavLine(item, item is current) for item in mine)
            found.append(NavSection(stage, title, lines))
    return found


def own_items(may_open: Callable[[NavItem], bool]) -> list[NavItem]:
    """Return the lines of the person's own menu."""
    mine = [item for item in _items.values() if item.stage == OWN and may_open(item)]
    return sorted(mine, key=lambda item: (item.order, item.title))


def _current(items: list[NavItem], path: str) -> NavItem | None:
    """Return the item under which `path` lies: the one with the longest address that fits."""
    fitting = [i for i in items if path == i.url or (i.url != "/" and path.startswith(i.url))]
    return max(fitting, key=lambda item: len(item.url), default=None)
