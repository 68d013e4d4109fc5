"""Which database the store uses: the embedded Postgres, or the one that DATABASE_URL names."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

import cluster
from cluster import ClusterError
from settings import database_url, env, slots

if TYPE_CHECKING:  # importing the backends while the settings load would be a circle
    from django.db.backends.base.base import BaseDatabaseWrapper


def refuse_psycopg3() -> None:
    """Stop where Django would quietly prefer psycopg 3: it is 1.6 times slower per statement.

    Raises: ImproperlyConfigured: psycopg 3 can be imported.
    """
    if importlib.util.find_spec("psycopg") is not None:
        raise ImproperlyConfigured(
            "psycopg 3 is installed and Django would use it: uninstall it (pip uninstall psycopg);"
            " the driver here is psycopg2"
        )


def connection_settings(data_dir: Path) -> dict[str, object]:
    """Return Django's DATABASES entry. It touches nothing; ``ensure_running`` makes it true.

    Raises: ImproperlyConfigured: DATABASE_URL is none, or psycopg 3 is installed.
    """
    refuse_psycopg3()
    url = env.secret("DATABASE_URL")
    if url is None:
        return _embedded(data_dir)
    try:
        return database_url.parse(url)
    except ValueError:
        # The value is not repeated: it holds a password.
        raise ImproperlyConfigured(
            "DATABASE_URL takes postgres://user:password@host:port/name, or host:port,host:port"
        ) from None


def _embedded(data_dir: Path) -> dict[str, object]:
    """Return the entry of the embedded Postgres. In a pytest process it is the test cluster."""
    return {
        "ENGINE": database_url.ENGINE,
        "NAME": cluster.ROLE,
        "USER": cluster.ROLE,
        "HOST": str(cluster.Layout.of(data_dir).run),
        "PORT": str(cluster.PORT),
    }


def is_embedded() -> bool:
    """Return whether the store runs a Postgres of its own."""
    return env.secret("DATABASE_URL") is None


def ensure_running() -> None:
    """Start the embedded Postgres or join the running one; nothing if DATABASE_URL is set.

    Raises: ImproperlyConfigured: it cannot run; the message says why and what to set.
    """
    if is_embedded():
        from django.conf import settings

        _make_directory(settings.PITHOS_DATA_DIR)
        with _told():
            cluster.ensure_running(settings.PITHOS_DATA_DIR, options())


def _make_directory(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"PITHOS_DATA_DIR={str(data_dir)!r} cannot be used: {error}"
        ) from error


def revive() -> None:
    """Start the embedded Postgres again if it has died under this process; else do nothing.

    Raises: ImproperlyConfigured: it does not start.
    """
    if is_embedded():
        from django.conf import settings

        with _told():
            cluster.revive(settings.PITHOS_DATA_DIR, options())


def check_durability(connection: "BaseDatabaseWrapper") -> None:
    """Refuse a server that may lose what it has confirmed, or that is too old.

    Raises: ImproperlyConfigured: names the setting or the version.
    """
    with connection.cursor() as cursor, _told():
        cluster.check_durability(cursor)


def options() -> cluster.Options:
    """Return what the embedded Postgres must have: a connection for each worker thread."""
    from django.conf import settings

    programs = settings.PITHOS_PG_BIN
    return cluster.Options(
        connections=slots.wanted(settings.PITHOS_WORKERS, settings.PITHOS_THREADS),
        programs=Path(programs).absolute() if programs else None,
    )


@contextmanager
def _told() -> Iterator[None]:
    """Tell an operator of what the cluster says, as of any other wrong setting."""
    try:
        yield
    except ClusterError as error:
        raise ImproperlyConfigured(str(error)) from error
