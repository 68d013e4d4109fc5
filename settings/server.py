"""The HTTP server's configuration: the package ``server`` set up for Django and this store."""

import gc
import logging
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.utils.module_loading import import_string

import server
from server import heap
from settings import postgres
from watching import origin
from watching.access import AccessLog
from watching.observer import Observer
from watching.tallies import tallies

_DESCRIPTORS = 65536
_SWITCH_SECONDS = 0.001
_WATCH_SECONDS = 1.0

log = logging.getLogger(__name__)


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything is started.

    Raises: OSError when it is in use or not of this machine.
    """
    return server.listen(host, port)


def check_database() -> None:
    """Refuse a database server that may lose what it has confirmed.

    Raises: ImproperlyConfigured.
    """
    postgres.check_durability(connection)


def run(listener: socket.socket, workers: int, threads: int) -> NoReturn:
    """Serve WSGI_APPLICATION until SIGTERM or Ctrl-C, then exit the process."""
    from pithos_api.services import sessions

    _allow_many_connections()
    configuration = server.Settings(
        workers=workers,
        threads=threads,
        most_threads=postgres.most_threads(connection, workers, threads),
        before_fork=connections.close_all,  # a connection must not be shared with a child
        after_fork=_prepare_worker,
        on_ready=_announcement(listener),
        observer=Observer(
            AccessLog(settings.PITHOS_LOG_FORMAT) if settings.PITHOS_ACCESS_LOG else None
        ),
        strangers=server.Strangers(settings.PITHOS_STRANGER_RATE, settings.PITHOS_STRANGER_TIME),
        stranger_share=settings.PITHOS_STRANGER_SHARE,
        address_share=settings.PITHOS_ADDRESS_SHARE,
        client_of=origin.address_of,
        release=sessions.release,
    )
    server.serve(import_string(settings.WSGI_APPLICATION), listener, configuration)


def _watch_database() -> None:
    """Bring the embedded Postgres back whenever it dies: nobody else is there to do it."""
    while True:
        time.sleep(_WATCH_SECONDS)
        try:
            postgres.revive()
        except ImproperlyConfigured as error:
            log.error("%s", error)


def _prepare_worker(slot: int) -> None:
    """Set up the interpreter of a new worker process, and start the upkeep."""
    from pithos_api.services import scrubbing, upkeep
    from pithos_api.services.collector import unasked

    tallies.take(slot)
    gc.freeze()
    heap.keep_small()
    # A small request shall not wait long for the lock while another thread writes a long listing.
    sys.setswitchinterval(_SWITCH_SECONDS)
    upkeep.start()
    scrubbing.start()
    unasked.start()
    threading.Thread(target=_watch_database, name="database watch", daemon=True).start()


def _announcement(listener: socket.socket) -> Callable[[], None]:
    host, port = listener.getsockname()[:2]
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def announce() -> None:
        sys.stdout.write(f"Serving on http://{address}\n")
        sys.stdout.flush()

    return announce


def _allow_many_connections() -> None:
    """Raise the limit of open files: 1024 is soon used up by slow clients."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
