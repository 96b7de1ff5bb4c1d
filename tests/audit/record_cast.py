"""People and the moment that the tests of the record share."""

from dataclasses import dataclass
from datetime import UTC, datetime

AT = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Someone:
    actor_key: str
    actor_label: str


ANNA = Someone("a" * 32, "Anna de Wit")
BEN = Someone("b" * 32, "Ben Okafor")
