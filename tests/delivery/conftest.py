"""What the tests of delivery share: the story's agreement, its evidence imported and measured."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from delivery.story import AGREEMENT, MAPPING, STORY_DAY, story_csv
from directory.cast import Cast, make_cast
from retained.contracts.commands import register_agreement
from retained.contracts.engine.reading import read_agreement
from retained.contracts.models import Agreement
from retained.delivery.commands.measuring import measure_agreement
from retained.delivery.models import Measured
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.evidence.commands import importing
from retained.evidence.commands.reported import Figure, keep_reported_figures
from retained.evidence.models import Batch, Source
from retained.files.storing import store_upload
from retained.jobs.models import JobRun
from retained.jobs.progress import Progress
from retained.shared import clock
from retained.shared.months import Month


@lru_cache(maxsize=1)
def story_text() -> str:
    return story_csv()


def import_text(text: str, mapping: str, *, by: Person, name: str = "tickets.csv") -> Batch:
    """Import a text as a file, at once, as the job would."""
    stored = store_upload(io.BytesIO(text.encode()), name=name, by=by, at=STORY_DAY)
    run = importing.start_import(stored, by=by, at=STORY_DAY)
    columns = text.partition("\n")[0].split(",")
    run = importing.confirm_import(run, mapping, columns=columns, by=by, at=STORY_DAY)
    job = JobRun.objects.get(key=run.job_key)
    lease = timezone.now() + timedelta(minutes=5)
    JobRun.objects.filter(pk=job.pk).update(state="running", attempts=1, lease_until=lease)
    job.refresh_from_db()
    progress = Progress(job, lease_seconds=60)
    importing.read_import(run, progress=progress, at=STORY_DAY)
    run.refresh_from_db()
    assert run.batch is not None, run.sentence
    return run.batch


@dataclass
class Story:
    """The story in the database, with who may look at it."""

    cast: Cast
    agreement: Agreement
    measured: Measured

    @property
    def manager(self) -> Person:
        return self.cast.people[Role.SERVICE_MANAGER]

    @property
    def source(self) -> Source:
        return Source.objects.get(name="brightdesk")

    def measure(self) -> Measured:
        self.measured = measure_agreement(self.agreement, by=self.manager, at=clock.now())
        return self.measured


@pytest.fixture
def cast(db: None) -> Cast:
    cache.clear()
    return make_cast()


@pytest.fixture
def story(cast: Cast) -> Iterator[Story]:
    """The story as it stands on its day: measured, with the provider's figure for October."""
    with clock.held_at(STORY_DAY):
        yield make_story(cast)


def make_story(cast: Cast) -> Story:
    lead = cast.people[Role.SOURCING_LEAD]
    agreement = register_agreement(read_agreement(AGREEMENT), by=lead, at=STORY_DAY)
    import_text(story_text(), MAPPING, by=lead)
    source = Source.objects.get(name="brightdesk")
    figures = [
        Figure(label="P1 and P2 in time", month=Month(2026, 10), met=229, counted=240),
        Figure(label="P1 and P2 in time", month=Month(2026, 9), percent="95.1"),
        Figure(label="P1 and P2 in time", month=Month(2026, 8), percent="95.3"),
        Figure(label="P1 and P2 in time", month=Month(2026, 7), percent="95.8"),
    ]
    keep_reported_figures(source, figures, by=lead, at=STORY_DAY)
    measured = measure_agreement(agreement, by=lead, at=clock.now())
    return Story(cast, agreement, measured)


@pytest.fixture
def browser_of() -> Callable[[Person | None], Client]:
    """Return what makes browsers in which somebody is signed in."""

    def browser(person: Person | None) -> Client:
        made = Client()
        if person is not None:
            made.force_login(person)
        return made

    return browser
