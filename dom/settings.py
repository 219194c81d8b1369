"""Settings of one installation; every value that differs between installations is an environment variable."""

import os
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

from dom import logs
from dom.console import shell
from dom.embedded.places import Places
from dom.schedule import QUEUES, ROUTES, SCHEDULE

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where and how --------------------------------------------------------------------------------
DATA = Places.of(os.environ.get("DATA") or BASE_DIR / "var")
EMBEDDED_DATABASE = not os.environ.get("DATABASE_URL")
EMBEDDED_BROKER = not os.environ.get("REDIS_URL")
# `make run` leaves a mark in its data folder, so that commands beside it run under the same settings.
DEMO = env.bool("DEMO", default=EMBEDDED_DATABASE and (DATA.data / "demo").exists())
DEBUG = env.bool("DEBUG", default=False)
PRODUCTION = env.bool("PRODUCTION", default=not DEMO)
ALLOW_EMBEDDED = env.bool("ALLOW_EMBEDDED", default=False)
_SIGNS_NOTHING = env.bool("SECRET_KEY_OPTIONAL", default=False)

if PRODUCTION and DEMO:
    raise ImproperlyConfigured("DEMO=1 is refused with PRODUCTION=1: the demonstration's passwords are public.")
if PRODUCTION and (EMBEDDED_DATABASE or EMBEDDED_BROKER) and not (ALLOW_EMBEDDED or _SIGNS_NOTHING):
    raise ImproperlyConfigured(
        f"Production runs on servers of its own: set DATABASE_URL and REDIS_URL (or ALLOW_EMBEDDED=1). "
        f"{DATA.data} holds no demonstration; `make run` makes one."
    )


def _secret_key() -> str:
    """Return SECRET_KEY, or the one the data folder holds; demo and production never share one by accident."""
    given = os.environ.get("SECRET_KEY")
    if given:
        return given
    kept = DATA.data / "secret_key"
    if kept.exists():
        return kept.read_text().strip()
    if _SIGNS_NOTHING:
        return "only-for-commands-that-sign-nothing"
    raise ImproperlyConfigured(f"Set SECRET_KEY, or start once with `make run`, which writes one to {kept}.")


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
#: Web processes load the engine beside their first requests (dom.warming).
WARM_ENGINE = True

# --- Applications ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # dom.console puts a site of its own in the place of unfold's
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "dom.kernel",
    "inventory",
    "routing",
    "orders",
    "stores",
    "dom.api",
    "dom.console",
    "dom.demo",
]
MIDDLEWARE = [
    "dom.logs.RequestLog",
    "dom.security.SecurityHeaders",
    "dom.kernel.rest.middleware.ApiFrame",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dom.console.sessions.PersonFrame",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "dom.urls"
WSGI_APPLICATION = "dom.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database -------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": DATA.database if EMBEDDED_DATABASE else env.db_url_config(os.environ["DATABASE_URL"])
}
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
# Session limits live in dom.kernel.profiles; the default profile goes with the connection.
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "application_name": os.environ.get("DOM_PROCESS", "manage"),
    "options": "-c lock_timeout=2s -c statement_timeout=15s -c idle_in_transaction_session_timeout=5s",
}

# --- Broker and cache -----------------------------------------------------------------------------
BROKER_URL = os.environ.get("REDIS_URL") or DATA.broker_url
CACHE_URL = os.environ.get("REDIS_URL") or DATA.cache_url
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}}

# --- Jobs -----------------------------------------------------------------------------------------
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]
CELERY_TASK_ROUTES = ROUTES
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # keeps nothing: every bell rings within the hour
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A doorbell that no worker acknowledged is rung again after the visibility timeout; sweeps are much earlier.
# The rest lets a sender give up at once while the broker is away: a buyer must not wait for a doorbell.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
}

# --- People ---------------------------------------------------------------------------------------
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
#: Whom a password alone does not let in: roles, "administrators" or "everyone"; and how long a browser is not asked.
SECOND_FACTOR_FOR = env.list("SECOND_FACTOR_FOR", default=[])
SECOND_FACTOR_REMEMBER_DAYS = env.int("SECOND_FACTOR_REMEMBER_DAYS", default=30)
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600  # dom.console.sessions ends unused ones earlier
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=PRODUCTION)
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # probes come from inside, without TLS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 86400 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- The back office -----------------------------------------------------------------------------
UNFOLD = shell.UNFOLD

# --- Logs -----------------------------------------------------------------------------------------
LOGGING = logs.configuration(
    process=os.environ.get("DOM_PROCESS", "manage"),
    level=os.environ.get("LOG_LEVEL", "INFO").upper(),
    readable=not PRODUCTION,
)

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- Static files ---------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True

# --- How long history is kept ---------------------------------------------------------------------
#: Whole months before the running one, by table; 0 is for ever. A run goes after the decisions that name it.
RETENTION_MONTHS = {
    "kernel_event": env.int("EVENTS_KEPT_MONTHS", default=25),
    "kernel_inbound_message": env.int("MESSAGES_KEPT_MONTHS", default=13),
    "routing_decision": env.int("DECISIONS_KEPT_MONTHS", default=25),
    "routing_run": env.int("DECISIONS_KEPT_MONTHS", default=25),
}

# --- REST -----------------------------------------------------------------------------------------
API_CALLS_PER_MINUTE = env.int("API_CALLS_PER_MINUTE", default=60_000)
WEB_THREADS = env.int("WEB_THREADS", default=4)
BODY_PATIENCE_SECONDS = env.float("BODY_PATIENCE_SECONDS", default=20)
#: Whether webhooks may go to http:// and into private networks; a demonstration has its receiver on this machine.
WEBHOOK_PRIVATE_ADDRESSES = env.bool("WEBHOOK_PRIVATE_ADDRESSES", default=DEMO)
WEBHOOK_HISTORY_DAYS = env.int("WEBHOOK_HISTORY_DAYS", default=30)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
#: A rate card of 20 zones and 200 weight steps is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "dom.kernel.rest.schema.Schema",
    "DEFAULT_RENDERER_CLASSES": ["dom.kernel.rest.rendering.Renderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Order management API",
    "VERSION": "1",
    "DESCRIPTION": (
        "Send `Authorization: Bearer <key>` with every call and an `Idempotency-Key` with every POST; repeat one with"
        " the same key and nothing happens twice. Refusals are `application/problem+json`: act on their `code`, which"
        " [this page](/api/docs/problems/) explains. Lists are read page by page with `limit` and `cursor`."
    ),
    # The order in which a partner needs them.
    "TAGS": [
        {"name": "Orders", "description": "Place orders, follow and change them"},
        {"name": "Availability", "description": "What may be sold, and why"},
        {"name": "Reservations", "description": "Hold stock for carts"},
        {"name": "Fulfillment", "description": "The work of nodes, step by step"},
        {"name": "Stock", "description": "Counts, adjustments, incoming supply"},
        {"name": "Counts", "description": "Count what is on the shelves"},
        {"name": "Transfers", "description": "Goods between nodes"},
        {"name": "Network", "description": "SKUs, nodes, groups, channels"},
        {"name": "Rules", "description": "What is kept back: safety stock, switches, capacities"},
        {"name": "Routing", "description": "Policies, rates, calendars, decisions"},
        {"name": "Events", "description": "Everything that happened, in one order"},
        {"name": "Webhooks", "description": "The same, sent to you"},
        {"name": "Jobs", "description": "Long feeds and how far they are"},
    ],
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "TemperatureClassEnum": "inventory.models.Sku.Temperature",
        "NodeKindEnum": "inventory.models.Node.Kind",
        "FulfillmentMethodEnum": "orders.models.FulfillmentGroup.Method",
        "FulfillmentOrderStatusEnum": "orders.models.FulfillmentOrder.Status",
        "HoldKindEnum": "orders.models.Hold.Kind",
        "OrderLineKindEnum": "orders.models.OrderLine.Kind",
        "OrderStatusEnum": "orders.models.Order.Status",
        "JobShapeStatusEnum": "dom.kernel.models.Job.Status",
        "WebhookStatusEnum": "dom.kernel.models.WebhookEndpoint.Status",
        "WebhookDeliveryStatusEnum": "dom.kernel.models.WebhookDelivery.Status",
        "CountStatusEnum": "inventory.models.CountSession.Status",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dom.kernel.rest.schema.add_problem",
        "dom.kernel.rest.schema.drop_empty_defaults",
        "dom.api.outgoing.add_messages",
    ],
}
