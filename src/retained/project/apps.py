"""The Django application `project`."""

from django.apps import AppConfig
from django.conf import settings

from retained.pages import needs
from retained.pages.navigation import OWN, NavItem, register
from retained.shared import clock


class ProjectConfig(AppConfig):
    """Registers `retained.project`."""

    name = "retained.project"
    label = "project"

    def ready(self) -> None:
        """Set the story's day, put overview, record and account in place, and watch the record."""
        from retained.project import needs as own_needs  # noqa: PLC0415 - tables are ready only now

        if settings.DEMONSTRATION:
            clock.tell_story_of(settings.STORY_DAY, settings.STORY_ZONE)
        register(NavItem("overview", "Overview", "overview", "home"))
        register(NavItem("house", "Record", "record", "fingerprint", "read_record", order=90))
        register(NavItem("house", "Jobs", "jobs", "refresh", "see_all_jobs", order=91))
        register(NavItem(OWN, "Password", "account_change_password", "lock", order=1))
        register(NavItem(OWN, "Second factor", "mfa_index", "shield-lock", order=2))
        register(NavItem(OWN, "Signed-in devices", "usersessions_list", "devices", order=3))
        needs.register(own_needs.needs)
