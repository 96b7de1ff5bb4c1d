"""The application that `retained serve` runs in each process of the server."""

from django.conf import settings

from retained.files.bodies import BodyLimits
from retained.project.gateway import Gateway
from retained.project.kept_alive import leave_with_parent, leave_without_unwinding
from retained.project.wsgi import application as django

application = Gateway(
    django, BodyLimits(settings.UPLOAD_LIMIT_BYTES, settings.UPLOAD_PATIENCE_SECONDS)
)

leave_with_parent()
leave_without_unwinding()
