"""The WSGI application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application

from retained.project.kept_alive import leave_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retained.project.settings")

application = get_wsgi_application()

leave_with_parent()
