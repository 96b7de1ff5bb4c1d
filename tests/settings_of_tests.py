"""Settings of the test run: those of an installation, in a data folder that vanishes.

Set before Django reads them; whatever the environment already says (RETAINED_DATABASE_URL) is kept.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "RETAINED_TEST_FOLDER" not in os.environ:  # made by the first process, shared by its children
    os.environ["RETAINED_TEST_FOLDER"] = tempfile.mkdtemp(prefix="retained-test-")
    atexit.register(shutil.rmtree, os.environ["RETAINED_TEST_FOLDER"], ignore_errors=True)

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ["RETAINED_DATA_DIR"] = str(Path(os.environ["RETAINED_TEST_FOLDER"], WORKER))
os.environ.setdefault("RETAINED_PLAIN_STATIC", "yes")
os.environ.setdefault("RETAINED_SECRET_KEY", "only-for-tests-" + "0123456789" * 4)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop

from retained.project.settings import *  # noqa: E402, F403
from retained.project.settings import DATA_DIR, DATABASES  # noqa: E402

DATA_DIR.mkdir(parents=True, exist_ok=True)
(DATA_DIR / "static").mkdir(exist_ok=True)  # whitenoise warns where there is none
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in life: the live server's threads have connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # threads that end must not leave a connection open
