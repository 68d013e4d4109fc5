"""Reading that may take long, since it looks at more rows than it returns.

Whether it will is not known before. So everything may take half a second. What takes longer begins
again in a turn of heavy work, where it has a limit, too, and ends when its client has gone.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from observability import request_context
from pithos_api.errors import ClientGoneError
from pithos_api.models.statements.time_limits import TooLongError, is_cancelled, time_limit
from pithos_api.services.connections import release
from pithos_api.services.storage.heavy_work import turn

T = TypeVar("T")

LIGHT_SECONDS: Final = 0.5
"""For so long statements that only read need no turn."""

_GLANCE_SECONDS: Final = 0.5


def read_in_time(actor: int, read: Callable[[], T]) -> T:
    """Return what ``read`` returns, which asks the database, changes nothing, and may be repeated.

    actor: the user's row id, who waits for a turn if it takes long.

    Raises: TooLongError: more than PITHOS_HEAVY_LIMIT; BusyError, ClientGoneError.
    """
    try:
        with time_limit(LIGHT_SECONDS):
            return read()
    except TooLongError:
        pass  # and now as an error of its own
    return read_in_turn(actor, read)


def read_in_turn(actor: int, read: Callable[[], T]) -> T:
    """Return what ``read`` returns, which takes a turn. Raises, and the rest: as above."""
    with turn(actor), time_limit(settings.PITHOS_HEAVY_LIMIT), while_client_waits():
        return read()


@contextmanager
def while_client_waits() -> Iterator[None]:
    """End the statement of this thread within the block once the client has hung up.

    Another thread looks for that twice a second. Within the block the connection must not rest.
    Behind a pooler a statement runs on: there nobody knows on which connection.

    Raises: ClientGoneError.
    """
    if not settings.PITHOS_PREPARED_STATEMENTS:
        yield
        return
    watch = _Watch(connections[DEFAULT_DB_ALIAS])
    is_gone = request_context.carried(request_context.client_is_gone)
    threading.Thread(target=watch.run, args=(is_gone,), name="watch", daemon=True).start()
    try:
        yield
    except OperationalError as error:
        if watch.has_cancelled and is_cancelled(error):
            raise ClientGoneError from error
        raise
    finally:
        watch.end()


class _Watch:
    """Ends the statements on one connection.

    has_cancelled: it was tried, at least.
    """

    def __init__(self, watched: BaseDatabaseWrapper) -> None:
        self._watched = watched
        self._ended = threading.Event()
        self._lock = threading.Lock()  # what is watched does not end while it is being cancelled
        self.has_cancelled = False

    def run(self, is_gone: Callable[[], bool]) -> None:
        """Look until ``end``; to be called in a thread of its own."""
        try:
            while not self._ended.wait(_GLANCE_SECONDS):
                with self._lock:
                    if not self._ended.is_set() and is_gone():
                        self._cancel()
        except DatabaseError:
            pass  # the database is lost, and with it the statement
        finally:
            release()

    def end(self) -> None:
        """Cancel nothing from now on."""
        with self._lock:
            self._ended.set()

    def _cancel(self) -> None:
        raw = self._watched.connection
        if raw is not None and not raw.closed:
            self.has_cancelled = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_cancel_backend(%s)", [raw.info.backend_pid])
