"""Roles: what a person may be in this installation, and on which side of the table.

In   the name of a role, the kind of an organisation
Out  the side that the role belongs to, the roles of a side
Why  docs/guide/people.md
"""

from enum import StrEnum


class Side(StrEnum):
    """The two sides that work together: who outsources, and who does the work."""

    CLIENT = "client"
    PROVIDER = "provider"


class Role(StrEnum):
    """What a person may be. The client's roles come first."""

    ADMINISTRATOR = "administrator"
    SOURCING_LEAD = "sourcing_lead"
    SERVICE_MANAGER = "service_manager"
    FINANCE = "finance"
    LEGAL = "legal"
    SECURITY = "security"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"
    ACCOUNT_MANAGER = "account_manager"
    CONTRIBUTOR = "contributor"

    @property
    def side(self) -> Side:
        """The side whose people may hold this role."""
        return Side.PROVIDER if self in PROVIDER_ROLES else Side.CLIENT

    @property
    def label(self) -> str:
        """The role as people read it: Service manager."""
        return self.value.replace("_", " ").capitalize()

    @property
    def purpose(self) -> str:
        """One sentence: what the role is there for."""
        return _PURPOSES[self]

    @property
    def may_be_limited(self) -> bool:
        """Whether the role may be limited to named agreements.

        Administrators and auditors look after the whole installation.
        """
        return self not in {Role.ADMINISTRATOR, Role.AUDITOR}


PROVIDER_ROLES = frozenset({Role.ACCOUNT_MANAGER, Role.CONTRIBUTOR})
CLIENT_ROLES = frozenset(Role) - PROVIDER_ROLES

_PURPOSES = {
    Role.ADMINISTRATOR: "Looks after the installation: people, roles and settings.",
    Role.SOURCING_LEAD: "Leads decisions about what is outsourced, to whom and on which terms.",
    Role.SERVICE_MANAGER: "Imports evidence, watches service levels and closes months.",
    Role.FINANCE: "Checks money: credits, charges and what was received.",
    Role.LEGAL: "Keeps agreements, clauses and deadlines.",
    Role.SECURITY: "Examines how providers protect the company's data.",
    Role.EXECUTIVE: "Reads the results and signs what is decided.",
    Role.AUDITOR: "Reads everything that is open, and changes nothing.",
    Role.ACCOUNT_MANAGER: "Answers for the provider: statements, exclusions, disputes.",
    Role.CONTRIBUTOR: "Works for the provider and reads what is shared with it.",
}


def roles_of(side: Side) -> list[Role]:
    """Return the roles of one side, in the order in which pages list them."""
    return [role for role in Role if role.side is side]
