"""The settings of the Django in a kernel: those of `startproject`, with a database of the kernel's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from course.frameworks.kernel import temp_folder

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
INSTALLED_APPS = [
    "course.frameworks.django.admin.Admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "course.frameworks.django.models.Notebook",
]
VALIDATORS = ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")


class QuickPasswordHasher(PBKDF2PasswordHasher):
    """Django's default with fewer rounds: a notebook makes many users, and keeps no secret."""

    iterations = 1_000


def default_settings() -> dict[str, Any]:
    """All settings, as `settings.configure` takes them."""
    return {
        "DEBUG": True,
        "SECRET_KEY": "only-for-notebooks-and-never-for-a-site-that-others-can-reach",
        "ALLOWED_HOSTS": ["*"],
        "INSTALLED_APPS": INSTALLED_APPS,
        "MIDDLEWARE": MIDDLEWARE,
        "ROOT_URLCONF": "course.frameworks.django.latest_urls",
        "TEMPLATES": [_templates()],
        "DATABASES": {"default": _sqlite(temp_folder() / "db.sqlite3")},
        "MIGRATION_MODULES": _NoMigrations(),
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}Validator"} for name in VALIDATORS
        ],
        "PASSWORD_HASHERS": [f"{__name__}.QuickPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"],
        "LANGUAGE_CODE": "en-us",
        "TIME_ZONE": "UTC",
        "USE_I18N": True,
        "USE_TZ": True,
        "STATIC_URL": "static/",
        "MEDIA_URL": "media/",
        "MEDIA_ROOT": temp_folder() / "media",
        "STORAGES": {
            "default": {"BACKEND": "course.frameworks.django.static.Uploads"},
            "staticfiles": {"BACKEND": "course.frameworks.django.static.StaticFiles"},
        },
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "X_FRAME_OPTIONS": "SAMEORIGIN",  # `serve(app).show()` puts pages into a frame of the notebook.
        "LOGGING": _quiet_about_what_is_expected(),
        "REST_FRAMEWORK": {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"},
        "SPECTACULAR_SETTINGS": {  # From the sidecar, which needs no network.
            "SWAGGER_UI_DIST": "SIDECAR",
            "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
            "REDOC_DIST": "SIDECAR",
        },
    }


class _NoMigrations(dict[str, None]):
    """No app has migrations here: tables follow the models as they are."""

    def __contains__(self, label: object) -> bool:
        return True

    def __missing__(self, label: str) -> None:
        return None


def _templates() -> Mapping[str, Any]:
    files = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
    processors = [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path.cwd() / "templates"],
        "OPTIONS": {
            # What a cell gives can change from program to program, so it is not cached.
            "loaders": ["course.frameworks.django.templates.Loader", ("django.template.loaders.cached.Loader", files)],
            "context_processors": processors,
            "libraries": {"notebook": "course.frameworks.django.templates"},
        },
    }


def _sqlite(path: Path) -> dict[str, Any]:
    """A file, since other threads do not see a database in memory; set up so that many of them may write at once."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF",
        },
    }


def _quiet_about_what_is_expected() -> dict[str, Any]:
    """Logs exceptions only: "Not Found: /x" on stderr would cost a learner the points of a test that expects a 404."""
    quiet = {"level": "ERROR", "filters": ["exceptions"]}
    callback = {"()": "django.utils.log.CallbackFilter", "callback": lambda record: bool(record.exc_info)}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"exceptions": callback},
        "loggers": {"django.request": quiet, "django.security": {"level": "ERROR"}},
    }
