"""Golden tables: worked figures as CSV that a buyer can read; tests and pages show the same."""

import csv
from pathlib import Path

FOLDER = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a golden table such as `service-credits/story.csv`."""
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
