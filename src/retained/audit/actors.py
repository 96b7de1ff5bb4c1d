"""Who acts: what the record needs to know of a person, a program or the clock."""

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """Somebody or something that can be held to an act.

    `actor_key` is opaque, stable and never personal: it is chained for ever.
    `actor_label` is what people read; it stands outside the chain and can be blanked.
    """

    @property
    def actor_key(self) -> str:
        """The key that the chain holds."""
        ...

    @property
    def actor_label(self) -> str:
        """The name that people read."""
        ...


@dataclass(frozen=True, slots=True)
class SystemActor:
    """A part of the product that acts by itself, such as `SystemActor("schedule")`."""

    name: str

    @property
    def actor_key(self) -> str:
        """The key that the chain holds."""
        return f"system:{self.name}"

    @property
    def actor_label(self) -> str:
        """The name that people read."""
        return f"Retained ({self.name})"


@dataclass(frozen=True, slots=True)
class NamedActor:
    """An actor known by key and label alone, such as whoever asked for a job."""

    actor_key: str
    actor_label: str
