"""Readers that the tests run in a child process."""

import os
import sys
import time
from pathlib import Path

from retained.shared.errors import DomainError


def double(value: int) -> int:
    sys.stdout.write("what a reader prints is no answer")
    return 2 * value


def refuse() -> None:
    raise DomainError("The sheet “Tickets” is not there. Name one that is.")


def break_down() -> None:
    raise KeyError("secret row 17")


def eat_memory() -> int:
    return len(bytearray(4_000_000_000))


def eat_memory_slowly() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(1_000_000))


def spin() -> None:
    while True:
        pass


def wait_for_ever() -> None:
    time.sleep(10_000)


def vanish() -> None:
    os._exit(0)


def secrets_in_sight() -> list[str]:
    return [name for name in os.environ if name.startswith("RETAINED")]


def talk_at_length() -> str:
    return "x" * 70_000_000


def workbook_rows(path: str) -> int:
    from openpyxl import load_workbook  # noqa: PLC0415 - only this reader pays for it

    book = load_workbook(Path(path), read_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows())
