"""Every setting, in one module. Values come from the environment; .env.example lists and explains them."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from epo.core.env import LOCAL_NAMES, Environment

BASE_DIR = Path(__file__).resolve().parent.parent

if ENV_FILE := os.environ.get("ENV_FILE", str(BASE_DIR / ".env")):
    environ.Env.read_env(ENV_FILE)
env = Environment(os.environ)

# Where it runs -------------------------------------------------------------------------------------------

DEBUG = env.flag("DEBUG")
TESTING = env.flag("TESTING")
DEMO = env.flag("DEMO", default=True)
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "data")
os.environ.setdefault("NUMBA_CACHE_DIR", str(DATA_DIR / "kernels"))  # of the matcher; can be made again
SITE = env.site_url("SITE_URL", f"http://localhost:{env.number('PORT', 8000, low=1, high=65535)}")
SITE_URL = f"{SITE.scheme}://{SITE.netloc}"
IS_HTTPS = SITE.scheme == "https"
PROXIES = env.number("PROXIES", 0, low=0, high=5)

ALLOWED_HOSTS = sorted({f"[{host}]" if ":" in host else host for host in {SITE.hostname or "localhost"} | LOCAL_NAMES})
CSRF_TRUSTED_ORIGINS = [SITE_URL]

for switch in ("DEBUG", "TESTING"):
    if IS_HTTPS and env.flag(switch):
        env.wrong(switch, es="no debe estar activo en un sitio https.", en="must be off on an https site.")

# Protections that a test takes out, to see that it would find their absence (bench/fire/without).
TAKEN_OUT = env.words("TAKEN_OUT")
if TAKEN_OUT and not TESTING:
    env.wrong("TAKEN_OUT", es="solo se permite con TESTING.", en="is allowed with TESTING only.")

# Database ------------------------------------------------------------------------------------------------

DATABASE = env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'epo.sqlite3'}")
IS_EMBEDDED = DATABASE["ENGINE"] == "django.db.backends.sqlite3"
# The rollback journal, not WAL: SQLite before 3.51.3 can lose a commit in WAL. EXTRA also syncs the folder
# after the journal is gone, so that a power cut cannot bring back what was acknowledged as changed.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA foreign_keys=ON",
}
POSTGRES_OPTIONS = {"connect_timeout": 5}
DATABASES = {
    "default": DATABASE
    | {
        "ENGINE": "epo.core.sqlite" if IS_EMBEDDED else DATABASE["ENGINE"],
        "OPTIONS": (SQLITE_OPTIONS if IS_EMBEDDED else POSTGRES_OPTIONS) | DATABASE.get("OPTIONS", {}),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0 if TESTING else 60,
        "CONN_HEALTH_CHECKS": not IS_EMBEDDED,
        "TEST": {"NAME": env.text("TEST_DATABASE_FILE") or None} if IS_EMBEDDED else {},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = env.secret("SECRET_KEY", kept_in=DATA_DIR / "secret" if IS_EMBEDDED and not IS_HTTPS else None)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")

# Broker and cache ----------------------------------------------------------------------------------------

REDIS_URL = env.redis_url("REDIS_URL")
QUEUE = DATA_DIR / "queue"
if not REDIS_URL and os.access(DATA_DIR, os.W_OK):
    QUEUE.mkdir(exist_ok=True)

CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) if REDIS_URL else "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 300, "socket_connect_timeout": 5, "socket_timeout": 20, "socket_keepalive": True}
    if REDIS_URL
    else {
        "data_folder_in": str(QUEUE),
        "data_folder_out": str(QUEUE),
        "control_folder": str(QUEUE / "control"),
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "America/Caracas"
CELERY_BEAT_SCHEDULER = "epo.work.beat:CarefulScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_IMPORTS = ["epo.work.heart"]


def every(seconds: float, task: str) -> dict[str, Any]:
    """A line of the schedule. A message that nobody took before the next one is dropped."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 10)}}


# Often rather than at an hour: what is due once a day or night is kept to once by `once_per_period`, so that
# an outage at that hour only makes it late.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "hand-out-again": every(5, "epo.work.tasks.hand_out_again"),
    "look-after": every(120, "epo.upkeep.tasks.look_after"),
    "forget-senders": every(3600, "factories.tasks.forget_senders"),
    "mind-the-deadlines": every(60, "battles.tasks.mind_the_deadlines"),
    "withdraw-all-clashing": every(60, "battles.tasks.withdraw_all_clashing"),
    "start-nightly-run": every(600, "battles.tasks.start_nightly_run"),
    "refill-battles": every(120, "battles.tasks.refill_battles"),
    "mind-the-people": every(3600, "volunteers.tasks.mind_the_people"),
    "ask-for-readings": every(3600, "battles.tasks.ask_for_readings"),
    "forget-old-messages": every(3600, "epo.notifications.tasks.forget_old_messages"),
    "end-idle-talks": every(300, "battles.tasks.end_idle_talks"),
    "keep-figures": every(120, "battles.tasks.keep_figures"),
}

# Applications --------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "battles",
    "volunteers",
    "factories",
    "epo.upkeep",
    "epo.accounts",
    "epo.notifications",
    "epo.audit",
    "epo.contacts",
    "epo.api",
    "epo.places",
    "epo.work",
    "epo.core",
    "epo.core.admin_apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "template_partials",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "simple_history",
    "import_export",
]

if TAKEN_OUT and TESTING:
    INSTALLED_APPS.append("bench.fire.without")

MIDDLEWARE = [
    "epo.core.requests.with_request_id",
    "epo.core.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "epo.accounts.middleware.StandingMiddleware",
    "epo.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "epo.accounts.middleware.GuessingMiddleware",
    "epo.core.http.NowhereMiddleware",
    "epo.accounts.repeats.RepeatsMiddleware",
]

ROOT_URLCONF = "epo.urls"
WSGI_APPLICATION = "epo.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "epo.accounts.context.navigation",
            ],
        },
    },
]

FORM_RENDERER = "epo.core.forms.Renderer"

# People and sessions -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "epo.accounts.guessing.Gate",
    "epo.accounts.backends.Passwords",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Coordinators and administrators sign in with a code of their phone as well (docs/accounts.md). Only where all of it
# runs on one machine and nobody else can reach it, as in the demonstration of `make run`, may that be switched off.
SECOND_FACTOR = env.flag("SECOND_FACTOR", default=True)
IS_ON_THIS_MACHINE = (
    SITE.hostname in LOCAL_NAMES
    and env.text("HOST", "127.0.0.1") in LOCAL_NAMES
    and (IS_EMBEDDED or DATABASE["HOST"] in {"", *LOCAL_NAMES} or DATABASE["HOST"].startswith("/"))
)
if not SECOND_FACTOR and (IS_HTTPS or not IS_ON_THIS_MACHINE):
    env.wrong(
        "SECOND_FACTOR",
        es="solo se puede quitar donde todo está en esta máquina y nadie más llega: ni https, ni otra dirección.",
        en="can be off only where all is on this machine and nobody else gets there: no https, no other address.",
    )

# Idle, and in all. Volunteers keep theirs on the phone; whoever may do more signs in every day.
SESSION_ENGINE = "epo.accounts.sessions"
SESSION_LIMITS = {
    "privileged": (timedelta(hours=3), timedelta(hours=12)),
    "others": (timedelta(days=30), timedelta(days=180)),
}
SESSION_COOKIE_AGE = 60 * 60 * 24 * 180

LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# Guessing is slowed per name and address together: one plant, or one mobile carrier, is one address, and
# nobody may lock another person out by typing that person's name elsewhere. See epo/accounts/guessing.py.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "epo.core.addresses.address_of"
AXES_WHITELIST_CALLABLE = "epo.accounts.guessing.is_known_device"
AXES_LOCKOUT_CALLABLE = "epo.accounts.http.locked"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "epo.accounts.guessing.counted_name"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "next", "csrfmiddlewaretoken", "code"]

# Safety of the transport and of the page -----------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 8

# How much is taken in from strangers (factories/actions/floods.py) -----------------------------------------

REPORTS_PER_LABEL = env.number("REPORTS_PER_LABEL", 120, low=4, high=10**9)
PHOTOS_MB = env.number("PHOTOS_MB", 20_480, low=1, high=10**9)
SMS_NUMBER = env.text("SMS_NUMBER")
if not re.fullmatch(r"[-+ ()0-9]{0,20}", SMS_NUMBER):
    env.wrong("SMS_NUMBER", es="debe ser un número de teléfono, o estar vacío.", en="must be a phone number, or empty.")

# Language and time ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "epo" / "locale"]
TIME_ZONE = "America/Caracas"
USE_TZ = True

# Files ---------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # what browsers ask for at the root: favicon.ico
MEDIA_ROOT = DATA_DIR / "photos"
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
HASHED_STATIC = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": PLAIN_STATIC if DEBUG or TESTING else HASHED_STATIC},
}

# Mail ----------------------------------------------------------------------------------------------------

MAIL = env.email("EMAIL_URL", f"filemail:///{DATA_DIR / 'mail'}")
EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
EMAIL_HOST = MAIL.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = MAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = "/" + str(MAIL.get("EMAIL_FILE_PATH") or DATA_DIR / "mail").lstrip("/")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "EPO <epo@localhost>")

# Text messages (docs/messages.md) --------------------------------------------------------------------------

SMS_GATEWAY_URL = env.text("SMS_GATEWAY_URL")
SMS_GATEWAY_USER = env.text("SMS_GATEWAY_USER")
SMS_GATEWAY_PASSWORD = env.text("SMS_GATEWAY_PASSWORD")
SMS_GATEWAY_SIGNING_KEY = env.text("SMS_GATEWAY_SIGNING_KEY")
SMS_A_DAY = env.number("SMS_A_DAY", 500, low=0, high=10**6)
SMS_PROTOCOL = env.text("SMS_PROTOCOL", "android")
if SMS_PROTOCOL not in ("android", "twilio"):
    env.wrong("SMS_PROTOCOL", es="debe ser android o twilio.", en="must be android or twilio.")
if SMS_GATEWAY_URL and not SMS_GATEWAY_URL.startswith(("http://", "https://")):
    env.wrong("SMS_GATEWAY_URL", es="debe ser una dirección http o https.", en="must be an http or https address.")
for _name, _value in {
    "SMS_GATEWAY_USER": SMS_GATEWAY_USER,
    "SMS_GATEWAY_PASSWORD": SMS_GATEWAY_PASSWORD,
    "SMS_GATEWAY_SIGNING_KEY": SMS_GATEWAY_SIGNING_KEY,
    "SMS_NUMBER": SMS_NUMBER or SMS_PROTOCOL == "android",
}.items():
    if SMS_GATEWAY_URL and not _value:
        env.wrong(_name, es="hace falta con SMS_GATEWAY_URL.", en="is needed with SMS_GATEWAY_URL.")

TELEGRAM_TOKEN = env.text("TELEGRAM_TOKEN")
TELEGRAM_BOT = env.text("TELEGRAM_BOT")
TELEGRAM_SECRET = env.text("TELEGRAM_SECRET")
TELEGRAM_URL = env.text("TELEGRAM_URL", "https://api.telegram.org").rstrip("/")
for _name, _value in {"TELEGRAM_BOT": TELEGRAM_BOT, "TELEGRAM_SECRET": TELEGRAM_SECRET}.items():
    if TELEGRAM_TOKEN and not _value:
        env.wrong(_name, es="hace falta con TELEGRAM_TOKEN.", en="is needed with TELEGRAM_TOKEN.")
if not TELEGRAM_URL.startswith(("http://", "https://")):
    env.wrong("TELEGRAM_URL", es="debe ser una dirección http o https.", en="must be an http or https address.")

# Backups (epo/upkeep) --------------------------------------------------------------------------------------

BACKUP_DIR = env.text("BACKUP_DIR")
BACKUP_PUBLIC_KEY = env.text("BACKUP_PUBLIC_KEY")
BACKUP_PASSPHRASE_FILE = env.text("BACKUP_PASSPHRASE_FILE")
BACKUP_KEEP = env.number("BACKUP_KEEP", 14, low=1, high=10_000)
BACKUP_MINUTES = env.number("BACKUP_MINUTES", 24 * 60, low=5, high=24 * 60)
if BACKUP_PUBLIC_KEY and not BACKUP_PUBLIC_KEY.startswith("age1"):
    env.wrong(
        "BACKUP_PUBLIC_KEY", es="debe ser una clave pública de age (age1…).", en="must be a public key of age (age1…)."
    )
if BACKUP_PUBLIC_KEY and BACKUP_PASSPHRASE_FILE:
    env.wrong(
        "BACKUP_PUBLIC_KEY",
        es="sobra si hay BACKUP_PASSPHRASE_FILE.",
        en="and BACKUP_PASSPHRASE_FILE: set one of them.",
    )
if BACKUP_DIR and not (BACKUP_PUBLIC_KEY or BACKUP_PASSPHRASE_FILE):
    env.wrong(
        "BACKUP_DIR",
        es="necesita BACKUP_PUBLIC_KEY o BACKUP_PASSPHRASE_FILE: los respaldos van cifrados.",
        en="needs BACKUP_PUBLIC_KEY or BACKUP_PASSPHRASE_FILE: backups are encrypted.",
    )

# API -----------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "epo.accounts.tokens.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "epo.accounts.tokens.WithinScope"],
    "DEFAULT_SCHEMA_CLASS": "epo.accounts.schema.Schema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["epo.api.parsers.JsonParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "epo.api.pagination.Pages",
    "DEFAULT_THROTTLE_CLASSES": ["epo.api.throttles.Anonymous", "epo.api.throttles.SignedIn"],
    "DEFAULT_THROTTLE_RATES": {"anon": "600/min", "user": "600/min"},
    "NUM_PROXIES": PROXIES,
    "EXCEPTION_HANDLER": "epo.api.errors.handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "EPO",
    "DESCRIPTION": "From a breakdown to a repaired machine. See docs/api.md.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "",
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "persistAuthorization": False,
        "validatorUrl": "",
        "docExpansion": "none",  # of more than some 110 addresses it draws the first eight only
    },
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # the schema in docs/ is compared by a test
    "ENUM_NAME_OVERRIDES": {
        "BattleStateEnum": "battles.states.BattleState",
        "RequestStateEnum": "battles.states.RequestState",
        "OfferStateEnum": "battles.states.OfferState",
        "RunStateEnum": "battles.states.RunState",
        "ReportStateEnum": "factories.states.ReportState",
        "BattleKindEnum": "battles.states.BattleKind",
        "SeatKindEnum": "battles.states.SeatKind",
        "PinKindEnum": "battles.states.PinKind",
        "DeclineReasonEnum": "battles.states.DeclineReason",
        "NeedKindEnum": "battles.states.NeedKind",
        "NeedStateEnum": "battles.states.NeedState",
        "ConditionEnum": "factories.states.Condition",
    },
}

# Logs: no addresses, no query strings, no values of rows (epo/core/logs.py) -------------------------------

LOG_FORMAT = env.text("LOG_FORMAT", "text")
if LOG_FORMAT not in {"text", "json"}:
    env.wrong("LOG_FORMAT", es="debe ser text o json.", en="must be text or json.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "epo.core.logs.RouteInsteadOfPath"}},
    "formatters": {"text": {"()": "epo.core.logs.WithoutRowValues"}, "json": {"()": "epo.core.logs.JsonLines"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "text",
            "filters": ["discreet"],
        },
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        "celery": {"level": "WARNING"},
        "gunicorn.error": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "axes": {"level": "ERROR"},
    },
}

env.stop_if_wrong()
