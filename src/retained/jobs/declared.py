"""Declaring jobs: `@job(...)` makes a module's function something that can be queued."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

from retained.jobs.progress import Progress


@dataclass(frozen=True, slots=True)
class Job:
    """A function that can be queued, and how long and how often it may be tried.

    `retries` counts the attempts after the first. A job must be idempotent: a worker may die
    between a job's effect and the note that it is done, unless the job ends in
    `progress.finishing()`, which makes both one.
    """

    function: Callable[..., None]
    retries: int
    lease_seconds: int
    title: str

    @property
    def path(self) -> str:
        """Where the job is found again by another process."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def __call__(self, progress: Progress, **arguments: Any) -> None:
        """Do the work here and now."""
        self.function(progress, **arguments)


def job(
    *, retries: int = 3, lease_seconds: int = 60, title: str = ""
) -> Callable[[Callable[..., None]], Job]:
    """Declare a function of a module as a job; it takes `progress` and keyword arguments.

    `title` names the work to people ("Import of a ticket file"); without one the function's
    name does.
    """

    def declare(function: Callable[..., None]) -> Job:
        if "<" in function.__qualname__ or "." in function.__qualname__:
            raise TypeError("A job is a function of a module: another process must find it.")
        name = function.__name__.replace("_", " ").capitalize()
        return Job(function, retries, lease_seconds, title or name)

    return declare


def declared_job(path: str) -> Job:
    """Return the job at `path`; raises ImportError where there is none (any more)."""
    found = import_string(path)
    if not isinstance(found, Job):
        raise ImportError(f"{path} is not a job")  # noqa: TRY004 - nothing of the kind is there
    return found


def title_of(path: str) -> str:
    """Return the title of the job at `path`, also of one that is gone."""
    try:
        return declared_job(path).title
    except ImportError:
        return path.rpartition(".")[2].replace("_", " ").capitalize()


def is_known(path: str) -> bool:
    """Return whether this version still has the job at `path`."""
    try:
        declared_job(path)
    except ImportError:
        return False
    return True
