"""The Django application `project`."""

from django.apps import AppConfig

from retained.pages.navigation import OWN, NavItem, register


class ProjectConfig(AppConfig):
    """Registers `retained.project`."""

    name = "retained.project"
    label = "project"

    def ready(self) -> None:
        """Put the overview first in the navigation, and the account into the person's menu."""
        register(NavItem("overview", "Overview", "overview", "home"))
        register(NavItem("house", "Record", "record", "fingerprint", "read_record", order=90))
        register(NavItem(OWN, "Password", "account_change_password", "lock", order=1))
        register(NavItem(OWN, "Second factor", "mfa_index", "shield-lock", order=2))
        register(NavItem(OWN, "Signed-in devices", "usersessions_list", "devices", order=3))
