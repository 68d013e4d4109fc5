"""The database server: an embedded Postgres of our own, or the one that DATABASE_URL names."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from settings import env
from settings.postgres import supervisor
from settings.postgres.binaries import OLDEST
from settings.postgres.configuration import ROLE
from settings.postgres.layout import PORT, Layout
from settings.postgres.server import is_alive
from settings.postgres.slots import most_threads
from settings.postgres.url import parse as parse_url

if TYPE_CHECKING:  # importing the backends while the settings load would be a circle
    from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = [
    "check_durability",
    "connection_settings",
    "ensure_running",
    "most_threads",
    "parse_url",
    "refuse_psycopg3",
    "revive",
]


def refuse_psycopg3() -> None:
    """Stop where Django would quietly prefer psycopg 3: it is 1.6 times slower per statement.

    Raises:
        ImproperlyConfigured: psycopg 3 can be imported.
    """
    if importlib.util.find_spec("psycopg") is not None:
        raise ImproperlyConfigured(
            "psycopg 3 is installed and Django would use it: uninstall it (pip uninstall psycopg);"
            " the driver here is psycopg2"
        )


refuse_psycopg3()  # every start imports the settings, and they import this


def connection_settings(data_dir: Path) -> dict[str, Any]:
    """Return Django's DATABASES entry for the embedded Postgres below ``data_dir``.

    Touches nothing; ``ensure_running`` makes it true. In a pytest process it is the test cluster.
    """
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": ROLE,
        "USER": ROLE,
        "HOST": str(Layout.of(data_dir).run),
        "PORT": str(PORT),
    }


def ensure_running() -> None:
    """Start the embedded Postgres or join the running one; nothing if DATABASE_URL is set.

    It lives in ``pg`` below PITHOS_DATA_DIR until the last process that called this has ended. In
    a pytest process (``pytest`` is imported) it is ``pg-test``, quick and disposable; processes
    that tests start are not pytest and get the durable one.

    Raises:
        ImproperlyConfigured: it cannot run; the message says why and what to set.
    """
    if env.secret("DATABASE_URL") is None:
        from django.conf import settings

        supervisor.join(Layout.of(settings.PITHOS_DATA_DIR))


def revive() -> None:
    """Start the embedded Postgres again if it has died under this process; else do nothing.

    Raises: ImproperlyConfigured: it does not start.
    """
    if env.secret("DATABASE_URL") is not None:
        return
    from django.conf import settings

    layout = Layout.of(settings.PITHOS_DATA_DIR)
    if not is_alive(layout):
        supervisor.join(layout)


def check_durability(connection: "BaseDatabaseWrapper") -> None:
    """Refuse a server that may lose what it has confirmed, or that is too old.

    Our own test cluster says of itself that it is disposable and passes.

    Raises:
        ImproperlyConfigured: names the setting or the version.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000,"
            " coalesce(current_setting('pithos.disposable', true), ''),"
            " (SELECT string_agg(name, ', ' ORDER BY name) FROM pg_settings WHERE setting = 'off'"
            " AND name IN ('fsync', 'full_page_writes', 'synchronous_commit'))"
        )
        major, disposable, switched_off = cursor.fetchone()
    if major < OLDEST:
        raise ImproperlyConfigured(
            f"the database server is Postgres {major}; {OLDEST} or newer is needed"
        )
    if switched_off and disposable != "on":
        raise ImproperlyConfigured(
            f"the database server has {switched_off} off and may lose confirmed writes in a crash:"
            " set it on"
        )
