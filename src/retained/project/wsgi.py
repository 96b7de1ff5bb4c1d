"""The WSGI application, for servers that take whole bodies in before they call it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retained.project.settings")

application = get_wsgi_application()
