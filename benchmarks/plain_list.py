"""The yardstick of the pages: a plain Django list of 50 rows behind a session.

    RETAINED_DATA_DIR=FOLDER DJANGO_SETTINGS_MODULE=plain_list python -m plain_list PORT

It reads the installation's own database with the middleware that any Django site has, and is
served as the product is. This file is its settings, its addresses and its page.
"""

import multiprocessing
import sys

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from retained.project.settings import *  # noqa: F403 - the same installation, other pages

ROOT_URLCONF = "plain_list"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # its application refuses to start without
]
TEMPLATE = """<!DOCTYPE html><html lang="en"><title>Agreements of {{ person }}</title><table>
{% for row in rows %}<tr><td>{{ row.pk }}<td><a href="/agreements/{{ row.reference }}/">
{{ row.reference }}</a><td>{{ row.title }}<td>{{ row.provider }}<td>{{ row.provider.country }}
<td>{{ row.provider.time_zone }}<td>{{ row.created_at|date:"Y-m-d" }}<td>{{ row.version }}</tr>
{% endfor %}</table></html>"""
_template = Engine().from_string(TEMPLATE)


def plain(request: HttpRequest) -> HttpResponse:
    """List the first 50 agreements to somebody who is signed in."""
    from retained.contracts.models import Agreement  # noqa: PLC0415 - after the set-up

    rows = Agreement.objects.select_related("provider").order_by("title")[:50]
    return HttpResponse(_template.render(Context({"rows": rows, "person": str(request.user)})))


urlpatterns = [path("plain/", plain)]


def serve(port: int) -> None:
    """Serve the list as `retained serve` does the product."""
    from granian import Granian  # noqa: PLC0415 - the settings need no server
    from granian.constants import Interfaces  # noqa: PLC0415

    multiprocessing.set_start_method("spawn", force=True)
    Granian(
        "retained.project.rsgi:application", port=port, interface=Interfaces.RSGI, websockets=False
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
