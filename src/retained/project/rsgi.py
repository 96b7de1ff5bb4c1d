"""The application that `retained serve` runs in each process of the server."""

import gc

from django.conf import settings
from django.urls import get_resolver

from retained.files.bodies import BodyLimits
from retained.project.gateway import Gateway
from retained.project.kept_alive import leave_with_parent, leave_without_unwinding
from retained.project.wsgi import application as django

application = Gateway(
    django, BodyLimits(settings.UPLOAD_LIMIT_BYTES, settings.UPLOAD_PATIENCE_SECONDS)
)

get_resolver().url_patterns  # noqa: B018 - loads every page now, not during a request
# What is loaded by now stays: walking all of it again and again made one page in twenty wait.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)

leave_with_parent()
leave_without_unwinding()
