"""The project's settings, from the environment alone: docs/settings.md names each."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from atlas.lib import env

BASE_DIR = Path(__file__).resolve().parent.parent
# What ./run makes on this machine and Git does not see.
LOCAL_DIR = BASE_DIR / ".local"

DEBUG = env.flag("ATLAS_DEBUG", default=False)
SECRET_KEY = env.secret("ATLAS_SECRET_KEY", kept=LOCAL_DIR / "secret_key")
ALLOWED_HOSTS = env.words("ATLAS_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("ATLAS_ORIGINS", default=[])

# The slug of the city shown at /fa/ and /en/.
ATLAS_HOME = env.text("ATLAS_HOME", default="", kept=LOCAL_DIR / "home")
ATLAS_EDITIONS = env.folder("ATLAS_EDITIONS", default=LOCAL_DIR / "editions")
ATLAS_SNAPSHOTS = env.folder("ATLAS_SNAPSHOTS", default=LOCAL_DIR / "snapshots")
ATLAS_CACHE = env.folder("ATLAS_CACHE", default=LOCAL_DIR / "cache")

INSTALLED_APPS = [
    "atlas.bodies",
    "spatial_data",
    "atlas.assessments",
    "atlas.tiles",
    "atlas.reports",
    "atlas.publishing",
    "atlas.web",
    "leaflet",
    "axes",
    "csp",
    "procrastinate.contrib.django",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.gis",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last: it turns a refused log-in into the answer a person sees.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "atlas.urls"
# GDAL ≥ 3.9 could refuse spatial references that name a file; Debian 12 has 3.6. None of ours comes
# from a stranger: they are numbers from models and from the command line's city.toml.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]
WSGI_APPLICATION = "atlas.wsgi.application"
ASGI_APPLICATION = "atlas.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Data --------------------------------------------------------------------------------------------

DATABASES = {"default": env.database(env.secret("DATABASE_URL", kept=LOCAL_DIR / "database_url"))}
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": env.number("ATLAS_CONNECTIONS", default=8, least=1),
}
# The same server through a role that sees published figures and nothing else: what faces read.
_AS_READER = "-c role=atlas_published_reader -c default_transaction_read_only=on"
DATABASES["published"] = DATABASES["default"] | {
    "OPTIONS": DATABASES["default"]["OPTIONS"] | {"options": _AS_READER},
    "TEST": {"MIRROR": "default"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# People and safety -------------------------------------------------------------------------------

AUTH_USER_MODEL = "bodies.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hours
# A name and an address together: nobody can lock a colleague out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

HTTPS = env.flag("ATLAS_HTTPS", default=False)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# The health check comes from the machine itself, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
X_FRAME_OPTIONS = "DENY"

# The one script inside our pages (docs/decisions/0013). It runs before a page is drawn, which a
# file of its own would hold up. The policy knows it by its hash.
_FIRST_JS = BASE_DIR / "static" / "build" / "atlas" / "first.js"
FIRST_SCRIPT = _FIRST_JS.read_text(encoding="utf-8").strip() if _FIRST_JS.is_file() else ""
_FIRST_HASH = b64encode(sha256(FIRST_SCRIPT.encode()).digest()).decode()

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # The nonce is for django-leaflet's widget in the admin.
        "script-src": [SELF, NONCE, f"'sha256-{_FIRST_HASH}'"],
        # data: for the small pictures inside Leaflet's and the admin's style sheets.
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Languages and time ------------------------------------------------------------------------------

LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", "فارسی"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # each city has its own

# Files the browser gets --------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static" / "build"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Forms and admin only; django-leaflet's and Django's own defaults would load from other hosts.
LEAFLET_CONFIG = {"TILES": [], "RESET_VIEW": False, "ATTRIBUTION_PREFIX": ""}

# Log ---------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.text("ATLAS_LOG_LEVEL", default="INFO"),
    },
    # They say at every start what they found.
    "loggers": {
        "numexpr": {"level": "WARNING"},
        "procrastinate.blueprints": {"level": "WARNING"},
        "procrastinate.periodic": {"level": "WARNING"},
    },
}
