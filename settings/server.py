"""The HTTP server's configuration: the package ``server`` set up for Django and this store."""

import gc
import logging
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.http.request import validate_host
from django.utils.module_loading import import_string

import server
from observability import in_flight, metrics, request_context
from observability.access_log import AccessLog
from observability.observer import ELSEWHERE, NOWHERE, RequestObserver
from server import origins
from server.workers import heap
from settings import database, slots
from settings.postgres.resting import resting
from web import protocols
from web.token import token_in

_DESCRIPTORS = 65536
_SWITCH_SECONDS = 0.001
_WATCH_SECONDS = 1.0

# Cycles are looked for after so many new objects; a small request makes some hundred, and none.
_NEW_OBJECTS = 10_000

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
    database.check_durability(connection)


def run(listener: socket.socket, workers: int, threads: int) -> NoReturn:
    """Serve WSGI_APPLICATION until SIGTERM or Ctrl-C, then exit the process."""
    from pithos_api.http.batches import batches
    from pithos_api.services.connections import release

    _allow_many_connections()
    configuration = server.Settings(
        workers=workers,
        threads=threads,
        most_threads=slots.most_threads(connection, workers, threads),
        before_fork=_close_connections,
        after_fork=partial(_prepare_worker, _background()),
        on_ready=_announcement(listener),
        observer=_observer(),
        strangers=server.Strangers(settings.PITHOS_STRANGER_RATE, settings.PITHOS_STRANGER_TIME),
        stranger_share=settings.PITHOS_STRANGER_SHARE,
        address_share=settings.PITHOS_ADDRESS_SHARE,
        client_of=request_context.address_of,
        least_rate=server.LeastRate(settings.PITHOS_TRANSFER_RATE, settings.PITHOS_TRANSFER_WINDOW),
        most_transfers=settings.PITHOS_TRANSFERS,
        party_share=settings.PITHOS_ACCOUNT_SHARE,
        spool_directory=str(settings.PITHOS_DATA_DIR),
        spool_room=settings.PITHOS_SPOOL_SIZE,
        batches=batches if _may_batch() else None,
        release=release,
    )
    import_module(settings.ROOT_URLCONF)  # Django would load it with the first page, in each worker
    server.serve(import_string(settings.WSGI_APPLICATION), listener, configuration)


def _close_connections() -> None:
    """Close all connections of this process: none must be shared with a child."""
    connections.close_all()
    resting().close()


def _may_batch() -> bool:
    return settings.PITHOS_BATCHES and settings.PITHOS_PREPARED_STATEMENTS


def _observer() -> RequestObserver:
    """Return who is told of each request, with memory for its counters that workers share."""
    counted = metrics.Metrics((*protocols.installed().labels(), ELSEWHERE, NOWHERE))
    metrics.install(counted)
    in_flight.install(in_flight.UploadBoard())
    if not settings.PITHOS_ACCESS_LOG:
        return RequestObserver(counted)
    return RequestObserver(counted, AccessLog(settings.PITHOS_LOG_FORMAT, token_in))


def _watch_database() -> None:
    """Bring the embedded Postgres back whenever it dies: nobody else is there to do it."""
    while True:
        time.sleep(_WATCH_SECONDS)
        try:
            database.revive()
        except ImproperlyConfigured as error:
            log.error("%s", error)


def _background() -> tuple[Callable[[], object], ...]:
    """Return what starts each work beside requests.

    All of it is loaded by then: workers share what the first process has loaded, and what they load
    later each has for itself.
    """
    from operators.services.history import background as history
    from pithos_api.services.upkeep import scrubbing, usage
    from pithos_api.services.upkeep.checksums import background as checksums
    from pithos_api.services.upkeep.collector import background as collector

    return usage.start, scrubbing.start, collector.start, checksums.start, history.start


def _prepare_worker(background: Iterable[Callable[[], object]], slot: int) -> None:
    """Set up the interpreter of a new worker process, and start the work beside requests."""
    from pithos_api.blocks.buffers import buffer_pool

    counted = metrics.installed()
    if counted is not None:
        counted.use_row(slot)
    board = in_flight.installed()
    if board is not None:
        board.use_slot(slot)
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
    heap.keep_small(buffer_pool(settings.PITHOS_BLOCK_SIZE).trim, resting().trim)
    # A small request shall not wait long for the lock while another thread writes a long listing.
    sys.setswitchinterval(_SWITCH_SECONDS)
    for start in background:
        start()
    if database.is_embedded():
        threading.Thread(target=_watch_database, name="database watch", daemon=True).start()


def _announcement(listener: socket.socket) -> Callable[[], None]:
    host, port = listener.getsockname()[:2]
    lines = [*_for_others(host, port), f"Serving on {origins.origin(host, port)}"]

    def announce() -> None:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()

    return announce


def _for_others(host: str, port: int) -> Iterator[str]:
    """Tell where other machines find a server that listens on all addresses, and what it lacks."""
    outer = origins.outer_address(host)
    if outer is None:
        return
    yield f"Other machines find it at {origins.origin(outer, port)}"
    if not validate_host(outer, settings.ALLOWED_HOSTS):
        yield f"Logins and pages answer there once PITHOS_ALLOWED_HOSTS lists {outer}"


def _allow_many_connections() -> None:
    """Raise the limit of open files: 1024 is soon used up by slow clients."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
