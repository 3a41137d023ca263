"""Django settings, one file. Everything that differs between machines comes from the environment.

TUBAN_DATABASE_URL  the database; default: the private cluster of this checkout
TUBAN_VAR           state folder, default `var/`
TUBAN_TODAY         YYYY-MM-DD, honoured only in the demonstration and in tests
TUBAN_DEMO          1 in the demonstration: fictional data, plain http on 127.0.0.1
TUBAN_SECRET_KEY_FILE  default: a key made once in the state folder
TUBAN_HOSTS         comma-separated host names the site answers to
TUBAN_TRUSTED_PROXIES  comma-separated addresses or networks whose X-Forwarded-… is believed
TUBAN_SECOND_FACTOR_ROLES  comma-separated roles that must use a second factor
TUBAN_BASE_URL, TUBAN_SMTP_…, TUBAN_MAIL_FROM  e-mail, see `tuban.config.mail`
TUBAN_POOL          1 in the web server: its threads share connections
"""

from __future__ import annotations

import os
import secrets
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tuban.config import mail, state


def _flag(name: str) -> bool:
    """A boolean from the environment; anything but 0 and 1 stops the start."""
    value = os.environ.get(name, "0")
    if value not in {"0", "1"}:
        raise ValueError(f"环境变量 {name} 只能是 0 或 1，现为 {value!r}。")
    return value == "1"


def _listed(name: str, default: str = "") -> list[str]:
    """The comma-separated words of a variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def _secret_key() -> str:
    """The signing key, read from its file; made once if there is none yet."""
    path = Path(os.environ.get("TUBAN_SECRET_KEY_FILE") or VAR / "secret-key")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)  # two processes starting at once agree on one key
        except FileExistsError:
            pass  # the other process was first; its key is read below
        finally:
            draft.unlink()
    return path.read_text("utf-8").strip()


VAR = state.state_folder()
# pytest names itself in the environment before it loads anything, and its children inherit it.
TESTING = "PYTEST_VERSION" in os.environ
_given_url = os.environ.get("TUBAN_DATABASE_URL")
# Without an address, a command run beside a running demonstration speaks to that demonstration.
_demonstration = None if _given_url or TESTING else state.running()
DEMO = _flag("TUBAN_DEMO") or _demonstration is not None
DEBUG = False

TRUSTED_PROXIES = _listed("TUBAN_TRUSTED_PROXIES", "" if DEMO or TESTING else "127.0.0.1,::1")

_today = os.environ.get("TUBAN_TODAY") or (_demonstration.today if _demonstration else "")
TUBAN_TODAY: date | None = date.fromisoformat(_today) if _today and (DEMO or TESTING) else None

SECRET_KEY = "only-for-tests" if TESTING else _secret_key()
ALLOWED_HOSTS = _listed("TUBAN_HOSTS") or [
    "localhost",
    "127.0.0.1",
    "[::1]",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "pgtrigger",
    "axes",
    "allauth",
    "allauth.account",  # allauth.mfa stands on it; its own pages are not mounted
    "allauth.mfa",
    "procrastinate.contrib.django",
    "tuban.core",
    "tuban.web",
    "tuban.regions",
    "tuban.accounts",
    "tuban.todo",
    "tuban.inbox",
    "tuban.parcels",
    "tuban.history",
    "tuban.workdays",
    "tuban.instruments",
    "tuban.supervision",
    "tuban.measures",
    "tuban.atlas",
    "tuban.bulletins",
    "tuban.demonstration",
    "tuban.operations",
]

MIDDLEWARE = [
    "tuban.core.middleware.RequestNumber",
    "django.middleware.security.SecurityMiddleware",
    "tuban.core.middleware.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tuban.core.middleware.IdleSession",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tuban.accounts.middleware.Duties",
    "tuban.core.middleware.DomainErrors",
    "tuban.accounts.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tuban.config.urls"
WSGI_APPLICATION = "tuban.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tuban.config.navigation.site",
                "tuban.web.context.page",
            ],
        },
    }
]

# ---- Database ---------------------------------------------------------------------------------

if _given_url:
    _url = _given_url
elif _demonstration:
    _url = _demonstration.database_url
else:
    _url = state.private_url(state.DEMO_DATABASE if DEMO else state.DATABASE, test=TESTING)

_options: dict[str, Any] = {"application_name": "tuban", "connect_timeout": 5}
if _flag("TUBAN_POOL"):
    _options["pool"] = {"min_size": 2, "max_size": 8, "timeout": 5}

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        **state.database_settings(_url),
        "CONN_MAX_AGE": 0,
        # A pooled connection may have died with the server; it is tried before it is handed out.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _options,
        # PostGIS needs a superuser to install; the template already holds it.
        "TEST": {"NAME": "test_tuban", "TEMPLATE": "template_app"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# GDAL and GEOS come with PostGIS from the system. Only integer SRIDs ever reach GeoDjango, which is
# what check W001 (GDAL before 3.9 may open files named in a spatial reference) worries about.
#
# W005, W021: HSTS for sub-domains and preload; W008: redirection to https is the proxy's.
SILENCED_SYSTEM_CHECKS = ["gis.W001", "security.W005", "security.W008", "security.W021"]

# ---- People -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username",)}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
] + [{"NAME": "tuban.accounts.passwords.NotUsedBefore"}]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# The pair, not the name alone: nobody can lock a colleague out from another desk.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "tuban.accounts.views.locked_out"
AXES_CLIENT_IP_CALLABLE = "tuban.core.whence.client_ip"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Roles that must use a second factor. The demonstration's accounts sign in with a password alone.
SECOND_FACTOR_ROLES = _listed(
    "TUBAN_SECOND_FACTOR_ROLES", "" if DEMO or TESTING else "system_admin"
)
MFA_ADAPTER = "tuban.accounts.secondfactor.Adapter"
MFA_TOTP_ISSUER = "图斑"
MFA_TOTP_PERIOD = 30
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be off by half a minute
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"

SESSION_ENDS_AFTER = timedelta(hours=12)  # counted from signing in, however busy one is
SESSION_COOKIE_AGE = 30 * 60  # idle; IdleSession prolongs it while somebody works
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
CSRF_COOKIE_HTTPONLY = False  # htmx sends it back from the page's own script
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tuban.core.failures.csrf_failure"

# ---- Security headers -------------------------------------------------------------------------

_https = not (DEMO or TESTING)  # the demonstration is plain http on 127.0.0.1
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = False  # the proxy in front redirects; the worker's own probes stay plain
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
# Sub-domains and the browsers' built-in lists are the domain's owner's to decide, not one site's.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
# Believed only from TRUSTED_PROXIES: `core.whence` drops it from anybody else's request.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# ---- Language, time ---------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# ---- Files ------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
# Third-party front-end files, put there by the set-up (dev/vendor.mjs), served as vendor/….
STATICFILES_DIRS = [("vendor", VAR / "vendor")]
MEDIA_ROOT = VAR / ("uploads-test" if TESTING else "uploads")
EXPORTS_ROOT = VAR / ("exports-test" if TESTING else "exports")  # never served as they lie
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "tuban.core.storage.StaticStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING

# ---- Jobs -------------------------------------------------------------------------------------

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 2, "delete_jobs": "successful"}

# ---- E-mail -----------------------------------------------------------------------------------

_mail = mail.read(os.environ, demo=DEMO or TESTING)
MAIL_READY, BASE_URL = _mail.ready, _mail.base_url
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail.backend, _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.security == "starttls", _mail.security == "ssl"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _mail.sender

# ---- Log --------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "tuban.core.middleware.RequestNumberFilter"}},
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name} [{request_no}] {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "tuban": {"level": "INFO"},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "procrastinate": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
    },
}
