"""Settings. What an operator may change is an environment variable, listed in docs/settings.md."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.connection import database_settings
from bihuan.kernel.evidence.configuration import evidence_store
from bihuan.web.home import bihuan_home, secret_key
from bihuan.web.mail import mail_settings

BIHUAN_HOME = bihuan_home()
BIHUAN_CITY = os.environ.get("BIHUAN_CITY", "3304")
BIHUAN_DEMO = os.environ.get("BIHUAN_DEMO", "") == "1"
BIHUAN_SECOND_FACTOR = os.environ.get("BIHUAN_SECOND_FACTOR") or ("optional" if BIHUAN_DEMO else "required")
BIHUAN_PUBLIC_COLOUR = os.environ.get("BIHUAN_PUBLIC_COLOUR", "") == "1"

DEBUG = os.environ.get("BIHUAN_DEBUG", "") == "1"
SECRET_KEY = secret_key(BIHUAN_HOME)
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("BIHUAN_OLD_SECRET_KEYS", "").split(",") if key]
ALLOWED_HOSTS = os.environ.get("BIHUAN_HOSTS", "127.0.0.1,localhost").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "csp",
    "pgtrigger",
    "procrastinate.contrib.django",
    "bihuan.kernel.ledger",
    "bihuan.kernel.calendar",
    "bihuan.kernel.places",
    "bihuan.kernel.people",
    "bihuan.kernel.evidence",
    "bihuan.kernel.figures",
    "bihuan.kernel.notices",
    "bihuan.kernel.registers",
    "bihuan.kernel.identity",
    "bihuan.loop",
    "bihuan.governance.inspections",
    "bihuan.governance.petitions",
    "bihuan.oversight.enterprises",
    "bihuan.oversight.monitoring",
    "bihuan.reports",
    "bihuan.web",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "bihuan.web.watch.middleware.WatchMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bihuan.web.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bihuan.web.middleware.CompressPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bihuan.web.watch.middleware.WhoMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bihuan.web.middleware.LanguageMiddleware",
    "axes.middleware.AxesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bihuan.kernel.identity.middleware.KnockMiddleware",
    "bihuan.kernel.identity.middleware.GateMiddleware",
    "bihuan.web.middleware.AsOfMiddleware",
    "bihuan.web.once.OnceMiddleware",
    "bihuan.web.middleware.ErrorMiddleware",
]

ROOT_URLCONF = "bihuan.web.urls"
WSGI_APPLICATION = "bihuan.web.wsgi.application"
AUTH_USER_MODEL = "people.User"
CSRF_FAILURE_VIEW = "bihuan.web.errors.csrf_failure"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "login"

TEMPLATES = [
    {
        "BACKEND": "bihuan.web.jinja.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "bihuan.web.jinja.environment",
            "context_processors": ["bihuan.web.once.form_tokens"],
        },
    },
]

DATABASES = {"default": database_settings(BIHUAN_HOME, os.environ.get("DATABASE_URL"))}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BIHUAN_HOME / "static"
# `bihuan up` collects the files; until it has, they are served from where they are written.
WHITENOISE_USE_FINDERS = DEBUG or not (STATIC_ROOT / "staticfiles.json").exists()
MEDIA_ROOT = BIHUAN_HOME / "evidence"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "bihuan.web.assets.HashedFiles"},
    "evidence": evidence_store(os.environ),
}
FILE_UPLOAD_HANDLERS = ["bihuan.web.uploads.CarefulUploadHandler"]
BIHUAN_MAX_UPLOAD_MB = int(os.environ.get("BIHUAN_MAX_UPLOAD_MB", "50"))

BIHUAN_LEDGER_HASH = os.environ.get("BIHUAN_LEDGER_HASH", "sha256")
BIHUAN_ANCHOR_TO = os.environ.get("BIHUAN_ANCHOR_TO", "").split()

globals().update(mail_settings(os.environ.get("BIHUAN_SMTP", "")))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("BIHUAN_EMAIL_FROM", "bihuan@localhost")

BIHUAN_URL = os.environ.get("BIHUAN_URL", "").rstrip("/")
ROBOTS = "https://oapi.dingtalk.com,https://qyapi.weixin.qq.com,https://open.feishu.cn"
BIHUAN_OUTSIDE = os.environ.get("BIHUAN_OUTSIDE", ROBOTS).split(",")
BIHUAN_OUTSIDE_NETWORKS = list(filter(None, os.environ.get("BIHUAN_OUTSIDE_NETWORKS", "").split(",")))
BIHUAN_OUTSIDE_SECONDS = 15.0

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}

BIHUAN_METRICS_NETWORKS = os.environ.get("BIHUAN_METRICS_NETWORKS", "127.0.0.0/8,::1/128").split(",")
BIHUAN_GATEWAY_NETWORKS = [part for part in os.environ.get("BIHUAN_GATEWAY_NETWORKS", "").split(",") if part]
LOG_LEVEL = os.environ.get("BIHUAN_LOG_LEVEL", "WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "bihuan.web.watch.logs.Formatter"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["lines"], "level": "WARNING"},
    "loggers": {
        "bihuan": {"level": LOG_LEVEL},
        "procrastinate": {"level": LOG_LEVEL},
        "django": {"handlers": [], "level": "WARNING"},
        "django.server": {"handlers": [], "level": "WARNING"},
    },
}

SOURCE_ROOT = Path(__file__).resolve().parents[1]

from bihuan.web.hardening import *  # noqa: E402, F403
from bihuan.web.signing_in import *  # noqa: E402, F403
