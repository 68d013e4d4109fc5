"""The least a request to a Django store on this machine can cost.

``python -m bench.floor`` serves ``/floor/KEY`` by our HTTP server: a plain view without middleware,
one SELECT by primary key through a prepared statement, on the database of PITHOS_DATA_DIR.
"""

import os
import sys

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse  # noqa: TID251 - this is HTTP
from django.urls import path

_TABLE = """
CREATE TABLE IF NOT EXISTS bench_floor (key integer PRIMARY KEY, value text NOT NULL);
INSERT INTO bench_floor SELECT n, n::text FROM generate_series(1, 1000) AS n
ON CONFLICT DO NOTHING
"""
_PREPARE = "PREPARE floor (integer) AS SELECT value FROM bench_floor WHERE key = $1"


def row(_: HttpRequest, key: int) -> HttpResponse:
    """200 with the row's value."""
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute("EXECUTE floor (%s)", [key])
        (value,) = cursor.fetchone()
    return HttpResponse(value, headers={"Content-Length": str(len(value))})


urlpatterns = [path("floor/<int:key>", row)]


def _prepare(connection: BaseDatabaseWrapper, **_: object) -> None:
    with connection.connection.cursor() as cursor:
        cursor.execute(_PREPARE)


def main() -> None:
    """Serve until a signal; prints the address like ``manage.py serve``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    from server import Settings, Timeouts, listen, serve
    from settings import database

    settings.ROOT_URLCONF, settings.MIDDLEWARE = "bench.floor", []
    database.ensure_running()
    application = get_wsgi_application()
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
    connections.close_all()  # none may be shared by the workers
    connection_created.connect(_prepare)
    listener = listen("127.0.0.1", 0)
    host, port = listener.getsockname()

    def announce() -> None:
        sys.stdout.write(f"Serving on http://{host}:{port}\n")
        sys.stdout.flush()

    workers, threads = settings.PITHOS_WORKERS, settings.PITHOS_THREADS
    configuration = Settings(
        workers, threads, Timeouts(), on_ready=announce, release=connections.close_all
    )
    serve(application, listener, configuration)


if __name__ == "__main__":
    main()
