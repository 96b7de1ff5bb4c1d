"""The Django application `directory`."""

from django.apps import AppConfig

from retained.pages import navigation, search
from retained.pages.navigation import OWN, NavItem


class DirectoryConfig(AppConfig):
    """Registers `retained.directory`."""

    name = "retained.directory"
    label = "directory"

    def ready(self) -> None:
        """Put the directory into the navigation and the search, and hear of sign-ins."""
        from retained.directory import sign_in_events  # noqa: PLC0415 - tables are ready only now
        from retained.directory.queries import found  # noqa: PLC0415 - the same

        for order, (title, url_name, icon) in enumerate(_LINES):
            item = NavItem("house", title, url_name, icon, action="read_directory", order=order)
            navigation.register(item)
        navigation.register(NavItem(OWN, "API tokens", "api_tokens", "key", order=4))
        search.register(found.organisations)
        search.register(found.people)
        search.register(found.goals)
        sign_in_events.connect()


_LINES = (
    ("Organisations", "directory", "building"),
    ("People", "people", "users"),
    ("Goals and values", "goals", "target"),
)
