"""The tables of the directory, one subject a file."""

from retained.directory.models.entry import ApiToken, Invitation
from retained.directory.models.organisations import Goal, LegalEntity, Organisation, Site
from retained.directory.models.people import Person, RoleGrant, SecondFactorRule

__all__ = [
    "ApiToken",
    "Goal",
    "Invitation",
    "LegalEntity",
    "Organisation",
    "Person",
    "RoleGrant",
    "SecondFactorRule",
    "Site",
]
