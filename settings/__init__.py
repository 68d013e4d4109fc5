"""The configuration: every knob is read once, here, and documented in docs/configuration.md."""

import secrets
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import split_domain_port

from files.http import policy as files_policy
from settings import database, env, logs, names
from web.names import lowered

BASE_DIR = Path(__file__).resolve().parent.parent
PITHOS_DATA_DIR = Path(env.text("PITHOS_DATA_DIR", str(BASE_DIR / "var"))).absolute()

DEBUG = env.boolean("PITHOS_DEBUG", default=False)
ALLOWED_HOSTS = env.words("PITHOS_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
# Where clients reach the store, such as https://store.example; "" is however they did.
PITHOS_BASE_URL = env.origin("PITHOS_BASE_URL")
if PITHOS_BASE_URL:
    ALLOWED_HOSTS.append(split_domain_port(urlsplit(PITHOS_BASE_URL).netloc)[0])


PITHOS_SECRET_KEY = env.secret("PITHOS_SECRET_KEY")


# Without one the nodes of a store share what the first has made (accounts/logins/signing_key.py).
SECRET_KEY = PITHOS_SECRET_KEY or secrets.token_urlsafe(48)

INSTALLED_APPS = [
    "audit",
    "accounts",
    "pithos_api",
    "images",
    "blobs",
    "operators",
    "files",
    "openapi",
    "drf_spectacular_sidecar",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
# What is served past Django's handler: each of these modules has a PROTOCOL (web/protocols.py).
PROTOCOLS = [
    "pithos_api.http.pithos.protocol",
    "pithos_api.http.swift.protocol",
    "pithos_api.http.public.protocol",
    "pithos_api.http.links.protocol",
    "pithos_api.http.monitoring.protocol",
    "images.http.glance.protocol",
    "images.http.plankton.protocol",
    "images.http.compute.protocol",
    "blobs.http.protocol",
    "openapi.http.protocol",
    "management_api.http.protocol",
]
# PROTOCOLS run none of these.
MIDDLEWARE = [
    "accounts.middleware.ContentPolicy",
    "accounts.middleware.SmallBodies",
    "accounts.middleware.ShortTargets",
    "accounts.middleware.SecretsOverTLS",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.KnownHosts",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.PageLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ActingUser",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.ThrottledForms",
]
ROOT_URLCONF = "settings.urls"
WSGI_APPLICATION = "settings.wsgi.application"
TEMPLATES = [
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

DATABASES = {
    # Transactions are opened by services and never while a body streams (docs/design.md).
    "default": {
        **database.connection_settings(PITHOS_DATA_DIR),
        "CONN_MAX_AGE": None,
        "ATOMIC_REQUESTS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.logins.backends.PasswordBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "files"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_COOKIE_AGE = 12 * 3600
PASSWORD_RESET_TIMEOUT = 15 * 60  # of the link that the first start prints
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("account", "display_name")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator"},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "accounts.logins.passwords.MaximumLengthValidator"},
]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("el", "Ελληνικά")]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "templates" / "locale"]
FORMAT_MODULE_PATH = "settings.formats"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # the admin's files, straight from its package
WHITENOISE_ADD_HEADERS_FUNCTION = files_policy.add_to_static
CSRF_FAILURE_VIEW = "accounts.http.pages.errors.foreign_form"

# TLS ends in front of the store, at a proxy that sets X-Forwarded-Proto.
PITHOS_HTTPS = env.boolean("PITHOS_HTTPS", default=False)
PITHOS_HSTS_SUBDOMAINS = env.boolean("PITHOS_HSTS_SUBDOMAINS", default=False)
if PITHOS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    # Of its neighbours under the same domain the store knows nothing.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PITHOS_HSTS_SUBDOMAINS
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # asks for both in any case
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True

# Bodies are streamed by web.bodies.body, which has limits of its own.
DATA_UPLOAD_MAX_MEMORY_SIZE = None
# A request line has room for 32 KiB of parameters; refused ones could not even be told so.
DATA_UPLOAD_MAX_NUMBER_FIELDS = None

PITHOS_BLOCK_SIZE = env.size("PITHOS_BLOCK_SIZE", "4M", least=1)
PITHOS_BLOCK_STORE = env.text(
    "PITHOS_BLOCK_STORE", f"file://{quote(str(PITHOS_DATA_DIR / 'blocks'))}"
)
# Where blocks are that PITHOS_BLOCK_STORE has not got yet, while they are copied there.
PITHOS_BLOCK_STORE_FALLBACK = env.text("PITHOS_BLOCK_STORE_FALLBACK", "")
# Without them S3 is asked with the credentials that AWS's own programs would find.
PITHOS_S3_ACCESS_KEY = env.secret("PITHOS_S3_ACCESS_KEY") or ""
PITHOS_S3_SECRET_KEY = env.secret("PITHOS_S3_SECRET_KEY") or ""
if bool(PITHOS_S3_ACCESS_KEY) != bool(PITHOS_S3_SECRET_KEY):
    raise ImproperlyConfigured("set PITHOS_S3_ACCESS_KEY and PITHOS_S3_SECRET_KEY, or neither")
PITHOS_VERIFY_READS = env.choice("PITHOS_VERIFY_READS", "first", ("always", "first", "never"))
PITHOS_SCRUB_RATE = env.size("PITHOS_SCRUB_RATE", "1M")
# How many bytes a request reads for an MD5; of more it is made in the background, at this rate.
PITHOS_MD5_NOW = env.size("PITHOS_MD5_NOW", "1G")
PITHOS_MD5_RATE = env.size("PITHOS_MD5_RATE", "100M")
PITHOS_MAX_UPLOAD_SIZE = env.size("PITHOS_MAX_UPLOAD_SIZE", "5G")
PITHOS_STRICT_CONTENT_TYPE = env.boolean("PITHOS_STRICT_CONTENT_TYPE", default=False)
# Garbage: how long blocks stay that nothing needs, and how often the server looks; in seconds.
PITHOS_GARBAGE_GRACE = env.span("PITHOS_GARBAGE_GRACE", "24h")
PITHOS_GARBAGE_INTERVAL = env.span("PITHOS_GARBAGE_INTERVAL", "1h")
# History of containers that have no policy of their own; 0 is all of it.
PITHOS_KEEP_DAYS = env.integer("PITHOS_KEEP_DAYS", 0)
PITHOS_KEEP_VERSIONS = env.integer("PITHOS_KEEP_VERSIONS", 0)
PITHOS_UNNAMED_LIMIT = env.size("PITHOS_UNNAMED_LIMIT", "10G")
PITHOS_DEFAULT_QUOTA = env.size("PITHOS_DEFAULT_QUOTA", "0")
# What a worker remembers of listings and of small objects, 0 is nothing.
PITHOS_LISTING_CACHE = env.size("PITHOS_LISTING_CACHE", "8M")
PITHOS_CONTENT_CACHE = env.size("PITHOS_CONTENT_CACHE", "2M")
# How far back lists of what has changed go.
PITHOS_POLL_LIMIT = env.span("PITHOS_POLL_LIMIT", "1h")
PITHOS_MAX_META_COUNT = env.integer("PITHOS_MAX_META_COUNT", 32)
# Work that takes long: how many requests do it at once, and how long others wait for it.
PITHOS_HEAVY_PER_USER = env.integer("PITHOS_HEAVY_PER_USER", 2, least=1)
PITHOS_HEAVY_PER_WORKER = env.integer("PITHOS_HEAVY_PER_WORKER", 2, least=1)
PITHOS_HEAVY_WAIT = env.span("PITHOS_HEAVY_WAIT", "20s")
# How long the database may take for what one request reads.
PITHOS_HEAVY_LIMIT = env.span("PITHOS_HEAVY_LIMIT", "1m")
# Archives that are unpacked: entries, bytes, how many times as much as has come they become, and
# folders in folders.
PITHOS_ARCHIVE_ENTRIES = env.integer("PITHOS_ARCHIVE_ENTRIES", 1_000_000, least=1)
PITHOS_ARCHIVE_SIZE = env.size("PITHOS_ARCHIVE_SIZE", "100G", least=1)
PITHOS_ARCHIVE_RATIO = env.integer("PITHOS_ARCHIVE_RATIO", 250, least=1)
PITHOS_ARCHIVE_DEPTH = env.integer("PITHOS_ARCHIVE_DEPTH", 100, least=1)
# Wrong keys a minute, for one account from one address; 0 is no limit.
PITHOS_MAX_GUESSES = env.integer("PITHOS_MAX_GUESSES", 20)
# By which hashes signed URLs and forms may be signed.
PITHOS_TEMPURL_DIGESTS = env.choices(
    "PITHOS_TEMPURL_DIGESTS", "sha1,sha256,sha512", ("sha1", "sha256", "sha512")
)
# The external login that /login sends users to, and the origins that may get a token from it.
PITHOS_LOGIN_URL = env.text("PITHOS_LOGIN_URL", "")
PITHOS_LOGIN_NEXT = env.words("PITHOS_LOGIN_NEXT", "")
# Who is not known yet: bytes a second that they send and take at least, seconds for a whole body,
# and percent of the threads that may wait for them, and for clients at any one address.
PITHOS_STRANGER_RATE = env.size("PITHOS_STRANGER_RATE", "1K")
PITHOS_STRANGER_TIME = env.span("PITHOS_STRANGER_TIME", "60s")
PITHOS_STRANGER_SHARE = env.percent("PITHOS_STRANGER_SHARE", 25)
PITHOS_ADDRESS_SHARE = env.percent("PITHOS_ADDRESS_SHARE", 50)
# Transfers whose clients stop: how many may wait, percent of them of one account, bytes a second
# that keep them, and how much of their bodies is on disk.
PITHOS_TRANSFERS = env.integer("PITHOS_TRANSFERS", 8192, least=1)
PITHOS_ACCOUNT_SHARE = env.percent("PITHOS_ACCOUNT_SHARE", 50)
PITHOS_TRANSFER_RATE = env.size("PITHOS_TRANSFER_RATE", "512")
PITHOS_TRANSFER_WINDOW = env.span("PITHOS_TRANSFER_WINDOW", "60s")
PITHOS_SPOOL_SIZE = env.size("PITHOS_SPOOL_SIZE", "8G")

# Where published objects are served from, such as https://files.example; "" is here.
PITHOS_PUBLIC_URL = env.text("PITHOS_PUBLIC_URL", "").rstrip("/")
# Whether others go on using what suspended users share, publish and open.
PITHOS_SERVE_SUSPENDED = env.boolean("PITHOS_SERVE_SUSPENDED", default=False)
# What keeps encrypted blobs: a class as blobs/services/interface.py describes it.
PITHOS_BLOBS_BACKEND = env.text("PITHOS_BLOBS_BACKEND", "blobs.services.stored.StoredObjectBlobs")
# For how many seconds a blob stays reserved for whoever processes it.
PITHOS_BLOBS_PROCESSING_TIMEOUT = env.integer("PITHOS_BLOBS_PROCESSING_TIMEOUT", 300)
# How deep answers of the management API go at most: objects within objects.
PITHOS_REST_MAX_DEPTH = env.integer("PITHOS_REST_MAX_DEPTH", 3)
PITHOS_MAX_GROUPS = env.integer("PITHOS_MAX_GROUPS", 32)
PITHOS_MAX_GROUP_MEMBERS = env.integer("PITHOS_MAX_GROUP_MEMBERS", 32)
PITHOS_STATIC_TOKENS = {
    token: lowered(account) for token, account in env.mapping("PITHOS_STATIC_TOKENS").items()
}
if PITHOS_STATIC_TOKENS and not DEBUG:
    raise ImproperlyConfigured("PITHOS_STATIC_TOKENS is for development: it needs PITHOS_DEBUG=1")
# Who may say for whom they ask: their X-Forwarded-For is believed.
PITHOS_TRUSTED_PROXIES = env.networks("PITHOS_TRUSTED_PROXIES", "")

# Who is calling (docs/identity.md): the backends in their order, and what each needs.
PITHOS_IDENTITY = env.words("PITHOS_IDENTITY", "static,database")
PITHOS_IDENTITY_PROVISION = env.boolean("PITHOS_IDENTITY_PROVISION", default=True)
PITHOS_IDENTITY_CA = env.text("PITHOS_IDENTITY_CA", "")
PITHOS_ASTAKOS_URL = env.endpoint("PITHOS_ASTAKOS_URL")
PITHOS_KEYSTONE_URL = env.endpoint("PITHOS_KEYSTONE_URL")
PITHOS_KEYSTONE_USER = env.text("PITHOS_KEYSTONE_USER", "")
PITHOS_KEYSTONE_PASSWORD = env.secret("PITHOS_KEYSTONE_PASSWORD")
PITHOS_KEYSTONE_PROJECT = env.text("PITHOS_KEYSTONE_PROJECT", "service")
PITHOS_KEYSTONE_DOMAIN = env.text("PITHOS_KEYSTONE_DOMAIN", "Default")
PITHOS_MEMBER_ROLES = env.words("PITHOS_MEMBER_ROLES", "member,swiftoperator,admin")
PITHOS_READER_ROLES = env.words("PITHOS_READER_ROLES", "reader")
PITHOS_RESELLER_ROLES = env.words("PITHOS_RESELLER_ROLES", "reselleradmin")
PITHOS_INTROSPECTION_URL = env.endpoint("PITHOS_INTROSPECTION_URL")
PITHOS_INTROSPECTION_CLIENT = env.text("PITHOS_INTROSPECTION_CLIENT", "")
PITHOS_INTROSPECTION_SECRET = env.secret("PITHOS_INTROSPECTION_SECRET") or ""
PITHOS_OIDC_ISSUER = env.text("PITHOS_OIDC_ISSUER", "")
PITHOS_OIDC_AUDIENCE = env.words("PITHOS_OIDC_AUDIENCE", "")
PITHOS_JWKS_URL = env.endpoint("PITHOS_JWKS_URL")
PITHOS_JWT_ALGORITHMS = env.words("PITHOS_JWT_ALGORITHMS", "RS256,ES256,EdDSA")
PITHOS_HEADER_USER = env.text("PITHOS_HEADER_USER", "Remote-User")

# Where the embedded Postgres' programs are; "" looks for them.
PITHOS_PG_BIN = env.text("PITHOS_PG_BIN", "")
# Off behind a pooler that shares a connection between transactions (PgBouncer).
# Whether small reads that come at once are asked about together.
PITHOS_BATCHES = env.boolean("PITHOS_BATCHES", default=True)
PITHOS_PREPARED_STATEMENTS = env.boolean("PITHOS_PREPARED_STATEMENTS", default=True)

PITHOS_METRICS_ALLOW = env.networks("PITHOS_METRICS_ALLOW", "127.0.0.0/8,::1")

PITHOS_LOG_FORMAT = env.choice("PITHOS_LOG_FORMAT", "text", ("text", "json"))
PITHOS_LOG_LEVEL = env.choice(
    "PITHOS_LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
)
PITHOS_ACCESS_LOG = env.boolean("PITHOS_ACCESS_LOG", default=False)
LOGGING = logs.configuration(PITHOS_LOG_FORMAT, PITHOS_LOG_LEVEL)

PITHOS_HOST = env.text("PITHOS_HOST", "127.0.0.1")
PITHOS_PORT = env.integer("PITHOS_PORT", 8000)
PITHOS_WORKERS = env.integer("PITHOS_WORKERS", 2, least=1)
PITHOS_THREADS = env.integer("PITHOS_THREADS", 8, least=1)

# The last line: each setting above is called as its variable.
names.refuse_unknown(env.given(), [name for name in globals() if name.startswith(names.PREFIX)])
