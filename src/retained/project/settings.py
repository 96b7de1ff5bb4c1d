"""Settings of one installation: every choice is an environment variable with a default that works.

Each variable is explained in docs/reference/settings.md.
"""

import contextlib
import os
import secrets
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import dj_database_url

from retained.project import logs
from retained.shared.errors import DomainError

PROJECT_FOLDER = Path(__file__).resolve().parent


def _yes(name: str, default: str = "no") -> bool:
    """Return whether the environment variable `name` says yes."""
    return os.environ.get(name, default).strip().lower() in {"1", "yes", "true", "on"}


def _list(name: str, default: str = "") -> list[str]:
    """Return the comma-separated values of the environment variable `name`."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DATA_DIR = Path(os.environ.get("RETAINED_DATA_DIR", Path.cwd() / "data")).resolve()


def _secret_key() -> str:
    """Return the installation's secret, made on the first start and kept beside its data."""
    given = os.environ.get("RETAINED_SECRET_KEY")
    if given:
        return given
    path = DATA_DIR / "secret_key"
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_text(encoding="utf-8")
    except OSError as reason:
        raise DomainError(
            f"The data folder {DATA_DIR} cannot be used ({reason.strerror}). "
            "Name another with --data-dir or RETAINED_DATA_DIR, or change its owner."
        ) from reason


def _make_secret(path: Path) -> None:
    """Write a new secret; of two processes that start at once, one wins."""
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    draft = DATA_DIR / f"secret_key.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


SECRET_KEY = _secret_key()
DEBUG = _yes("RETAINED_DEBUG")
BASE_URL = os.environ.get("RETAINED_BASE_URL", "http://localhost:8000")
_OWN_NAMES = {"localhost", "127.0.0.1", "[::1]", urlsplit(BASE_URL).hostname or "localhost"}
ALLOWED_HOSTS = _list("RETAINED_ALLOWED_HOSTS", ",".join(sorted(_OWN_NAMES)))
CSRF_TRUSTED_ORIGINS = _list("RETAINED_TRUSTED_ORIGINS", BASE_URL)
# The first start writes the file, so that every later process knows without being told.
DEMONSTRATION_MARK = DATA_DIR / "demonstration"
DEMONSTRATION = _yes("RETAINED_DEMONSTRATION", "yes" if DEMONSTRATION_MARK.exists() else "no")
# The demonstration's one day: every deadline reads it. See project/demonstration.
STORY_DAY = date.fromisoformat(os.environ.get("RETAINED_STORY_DATE", "2026-11-09"))
STORY_ZONE = ZoneInfo("Europe/Amsterdam")

if BASE_URL.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_HSTS_SECONDS = 31_536_000
if _yes("RETAINED_BEHIND_PROXY"):  # the proxy must set this header itself: anybody can send it
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # attempts are counted by who stands before the proxy

INSTALLED_APPS = [
    "retained.project",
    "retained.portal",
    "retained.delivery",
    "retained.contracts",
    "retained.strategy",
    "retained.evidence",
    "retained.directory",
    "retained.pages",
    "retained.files",
    "retained.jobs",
    "retained.audit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "retained.pages.middleware.SafeHeaders",
    "retained.pages.middleware.FragmentRedirects",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "retained.directory.gate.Gate",
    # Behind the gate: whom it turns away learns nothing else.
    "retained.pages.middleware.WholeBodies",
    "django.middleware.csrf.CsrfViewMiddleware",
    "retained.pages.middleware.ReaderZone",
    "retained.pages.middleware.Refusals",
]

# Nothing inline, nothing from elsewhere: a text that slipped through as code would not run.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
CSRF_FAILURE_VIEW = "retained.pages.problems.forged"

ROOT_URLCONF = "retained.project.urls"
WSGI_APPLICATION = "retained.project.wsgi.application"
AUTH_USER_MODEL = "directory.Person"

# Accounts (docs/guide/signing-in.md)
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("name", "email")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
     "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "retained.directory.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is verified by its invitation
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = BASE_URL.partition(":")[0]
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_ADAPTER = "retained.directory.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A browser lets passkeys work without TLS on localhost only, and so does this.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http://localhost")
SOCIALACCOUNT_ADAPTER = "retained.directory.adapters.OidcAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {"openid_connect": {"APPS": []}}
if os.environ.get("RETAINED_OIDC_SERVER_URL"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "company",
                "name": os.environ.get("RETAINED_OIDC_NAME", "your company account"),
                "client_id": os.environ.get("RETAINED_OIDC_CLIENT_ID", ""),
                "secret": os.environ.get("RETAINED_OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": os.environ["RETAINED_OIDC_SERVER_URL"]},
            }
        ],
    }
    # A browser holds a form's redirect to form-action, and this one leads to the company's door.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(
        "/".join(os.environ["RETAINED_OIDC_SERVER_URL"].split("/")[:3])
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT_FOLDER / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "retained.project.context.frame",
                "retained.directory.context.demonstration_chairs",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(DATA_DIR / "retained.sqlite3"),
        "CONN_MAX_AGE": 600,
    }
}
if os.environ.get("RETAINED_DATABASE_URL"):
    DATABASES["default"] = dict(
        dj_database_url.parse(
            os.environ["RETAINED_DATABASE_URL"], conn_max_age=600, conn_health_checks=True
        )
    )
# Web processes share their counts of attempts: in PostgreSQL, as it may serve several machines, or
# in files, since a count in SQLite would wait for every other write. A flood drives no count out.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(DATA_DIR / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
    }
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: with Django's default 89 % of concurrent writes failed ("database is locked").
    # FULL: NORMAL may lose acknowledged commits on power loss.
    # secure_delete: what is erased is overwritten, not just given free.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
            "PRAGMA secure_delete=ON;"
            "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;"
        ),
    }

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "retained.project.static_files.StaticFiles"},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    *("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "tgz", "bz2", "tbz", "xz", "br"),
    *("woff", "woff2", "ttf", "map"),  # the last two are read by programs and developers, seldom
)
if _yes("RETAINED_PLAIN_STATIC"):  # tests and development: no collected folder is needed
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = DATA_DIR / "files"
EVIDENCE_ROOT = DATA_DIR / "evidence"
# Once a day the record's head is added here: best on another disk, or on one that lets nobody
# change what was written.
KEPT_HEADS = Path(os.environ.get("RETAINED_KEPT_HEADS") or DATA_DIR / "kept-heads.jsonl").resolve()
HEAD_RECIPIENTS = _list("RETAINED_HEAD_RECIPIENTS")  # none: every administrator and auditor
UPLOAD_LIMIT_BYTES = int(os.environ.get("RETAINED_UPLOAD_LIMIT", "500000000"))
UPLOAD_PATIENCE_SECONDS = float(os.environ.get("RETAINED_UPLOAD_PATIENCE", "60"))

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

MAIL_HOST = os.environ.get("RETAINED_MAIL_HOST", "")  # none: links are shown to who makes them
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_HOST else 'dummy'}.EmailBackend"
EMAIL_HOST = MAIL_HOST or "localhost"
EMAIL_PORT = int(os.environ.get("RETAINED_MAIL_PORT", "587"))
EMAIL_USE_TLS = _yes("RETAINED_MAIL_TLS", "yes")
EMAIL_HOST_USER = os.environ.get("RETAINED_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("RETAINED_MAIL_PASSWORD", "")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("RETAINED_MAIL_FROM", "retained@localhost")

LOG_LEVEL = os.environ.get("RETAINED_LOG_LEVEL", "info").strip().upper()
if LOG_LEVEL not in logs.LEVELS:
    raise DomainError(f"RETAINED_LOG_LEVEL: choose one of {', '.join(logs.LEVELS).lower()}.")
LOGGING = logs.configuration(level=LOG_LEVEL, folder=DATA_DIR / "logs")
