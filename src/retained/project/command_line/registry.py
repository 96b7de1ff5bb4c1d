"""Every command of `retained`: where it is, whether it needs Django, and its one sentence.

A command is imported only when it is called, so that `retained measure` starts without Django and
`retained --help` at once. To add one, write `command_line/SUBJECT.py` with a click command or group
and name it here. A group of which some commands work on files alone is a `WithStored`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """One command: `name` on the line, `attribute` of `module` below `command_line`."""

    name: str
    module: str
    attribute: str
    sentence: str
    needs_django: bool = True


COMMANDS = (
    Listed(
        "measure",
        "measure",
        "measure",
        "Measure service levels from raw ticket files.",
        needs_django=False,
    ),
    Listed(
        "case", "case_commands", "case", "Run, keep and re-run business cases.", needs_django=False
    ),
    Listed(
        "award",
        "award",
        "award",
        "Find the cheapest award of lots that keeps every rule.",
        needs_django=False,
    ),
    Listed(
        "function",
        "functions",
        "function",
        "List, add, change, import and appraise IT functions.",
        needs_django=False,
    ),
    Listed(
        "business-function",
        "business_functions",
        "business_function",
        "List, add, change and retire business functions.",
    ),
    Listed(
        "rank",
        "ranking",
        "rank",
        "Rank bids by a published model, and say whether the lead is real.",
        needs_django=False,
    ),
    Listed("serve", "serve", "serve", "Prepare the installation and serve it.", needs_django=False),
    Listed("prepare", "serve", "prepare_only", "Bring database and static files up to date."),
    Listed("work", "work", "work", "Run background jobs until stopped."),
    Listed(
        "demonstration",
        "demonstration",
        "demonstration",
        "Bring the demonstration into an empty installation.",
    ),
    Listed("doctor", "doctor", "doctor", "Check this installation and say how to mend it."),
    Listed("backup", "backup", "backup", "Make, verify or restore an archive of everything."),
    Listed("import", "evidence", "import_files", "Import files of evidence."),
    Listed(
        "source",
        "sources",
        "source",
        "List sources and batches; is one whole; check a file; keep what a provider reports.",
    ),
    Listed(
        "mapping",
        "evidence",
        "mapping",
        "Guess, check and describe mappings.",
        needs_django=False,
    ),
    Listed(
        "agreement",
        "agreements",
        "agreement",
        "Check, import, list, show and export agreements.",
        needs_django=False,
    ),
    Listed("month", "months", "month", "Close months, confirm and send statements, make packs."),
    Listed(
        "statement",
        "statements",
        "statement",
        "Enter the provider's figures; answer a statement, or write its answer down.",
    ),
    Listed(
        "figures",
        "measured",
        "figures",
        "Open what was measured: tickets, differences, pauses, wholeness, what if.",
    ),
    Listed(
        "exclusion",
        "exclusions",
        "exclusion",
        "List, ask for, answer and withdraw exclusions of tickets.",
    ),
    Listed(
        "credits",
        "credits",
        "credits_group",
        "List credits; claim, receive, give back or waive one.",
    ),
    Listed(
        "rates",
        "rates",
        "rates",
        "Import exchange rates and look one up; read a rate card.",
        needs_django=False,
    ),
    Listed("record", "record", "record", "Verify the record of who did what, keep its head."),
    Listed("jobs", "jobs", "jobs", "List background jobs; show one, try one again."),
    Listed(
        "organisation", "organisations", "organisation", "List, show, add and change organisations."
    ),
    Listed("goal", "organisations", "goal", "List, add and change goals and values."),
    Listed("people", "people", "people", "List, invite, equip and forget people."),
    Listed("permissions", "permissions", "permissions", "Print the permission table."),
)
