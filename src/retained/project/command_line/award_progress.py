"""How far a solve is, on standard error: one line that is rewritten, or now and then a new one."""

import sys
import time
from types import TracebackType
from typing import Self

import click

from retained.shared.money import Money
from retained.tendering.engine.award.solutions import Progress, Tell

_SECONDS_ON_A_SCREEN = 0.3
_SECONDS_IN_A_LOG = 10.0


class ProgressLine:
    """The line; it is wiped at the end."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._on_screen = sys.stderr.isatty()
        self._said = time.monotonic()
        self._width = 0

    def about(self, what: str) -> Tell:
        """Return who hears of the solves for `what`."""

        def tell(progress: Progress) -> None:
            self._tell(what, progress)

        return tell

    def _tell(self, what: str, progress: Progress) -> None:
        pause = _SECONDS_ON_A_SCREEN if self._on_screen else _SECONDS_IN_A_LOG
        if time.monotonic() - self._said < pause:
            return
        self._said = time.monotonic()
        best, bound = self._words(progress.best), self._words(progress.bound)
        text = f"{what}: {progress.seconds:,.0f} s, best {best}, nothing below {bound}"
        if self._on_screen:
            click.echo(f"\r{text:<{self._width}}", err=True, nl=False)
            self._width = max(self._width, len(text))
        else:
            click.echo(text, err=True)

    def _words(self, minor: int | None) -> str:
        return "none yet" if minor is None else str(Money.of_minor(minor, self._currency))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._width:
            click.echo("\r" + " " * self._width + "\r", err=True, nl=False)
