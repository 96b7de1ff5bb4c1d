"""All questions, in the order in which one would mend."""

from retained.project.checkup import machine, records, web
from retained.project.checkup.checks import Check, State


def check_up() -> list[Check]:
    """Ask everything; what needs the database only once it answers and has its tables."""
    found = [ask() for ask in machine.QUESTIONS] + [ask() for ask in web.QUESTIONS]
    found.append(records.database())
    for ask in records.QUESTIONS:
        if found[-1].name in {"database", "tables"} and found[-1].state is State.MEND:
            break
        found.append(ask())
    return found
