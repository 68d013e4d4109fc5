"""The gunicorn worker: the main thread accepts and polls, pool threads talk to the clients."""

import contextlib
import os
import select
import signal
import socket
import sys
import time
from typing import Any, Final
from wsgiref.types import WSGIEnvironment

from gunicorn.workers.base import Worker as GunicornWorker

from server.connections.connection import Connection
from server.connections.fate import Fate
from server.connections.site import Site
from server.exchange import SENDS_FILES
from server.requests.request import Request
from server.workers.arbiter import END_SIGNALS
from server.workers.batching import Batching
from server.workers.lane import MANY
from server.workers.pool import Pool

_TICK_SECONDS: Final = 1.0
_BUSY_TICK_SECONDS: Final = 0.1
_YIELD_SECONDS: Final = 0.001
_LAST_SECONDS: Final = 0.01
_NAP_SECONDS: Final = 0.05
_ENDED: Final = select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR
_TO_READ: Final = select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLONESHOT
_TO_WRITE: Final = select.EPOLLOUT | select.EPOLLONESHOT


class Worker(GunicornWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves connections until gunicorn says stop.

    A connection is either parked (in the poller, nobody's) or belongs to one thread. A thread
    stays with its connection as long as requests come: a busy connection costs no handing over.
    It leaves when it would have to wait for the client: heads and small bodies are received
    here, and larger ones that do not go on; and what is left of a response is sent from here.
    """

    sockets: list[socket.socket]

    def __init__(self, *args: Any) -> None:
        """Take a slot in the balance; gunicorn calls this before it forks."""
        super().__init__(*args)
        self.slot = self.app.balance.join()

    def init_signals(self) -> None:
        """Take signals from here on; those that came since the fork come now."""
        super().init_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, END_SIGNALS)

    def run(self) -> None:
        """Be gunicorn's main loop of a worker process."""
        self._parked: dict[int, Connection] = {}
        self._open: set[int] = set()
        self._swept = self._woken = time.monotonic()
        self._napping: list[Connection] = []  # who drip: they are looked at now and then
        self._yielding = False  # a new connection was left to a worker that has fewer
        self._yielded = 0.0  # when that began or ended last
        self._several = False  # events came at once
        self._left_over = False  # one is to be taken although others have fewer
        settings = self.app.settings
        self._pool = Pool(settings.threads, settings.most, self._handle, settings.release)
        self._site = Site(
            application=self.wsgi,
            environ=_base_environ(self.sockets[0].getsockname(), self.cfg.workers > 1),
            terms=settings.terms(self._pool.crowded),
            log=self.log.error_log,
            observer=settings.observer,
        )
        self._poller = select.epoll()
        self._batching: Batching | None = None
        if settings.batches is not None:
            self._batching = Batching(settings.batches(), self._poller, self.log.error_log)
            self._site.batches = self._is_for_batches
        self._poller.register(self.PIPE[0], select.EPOLLIN)
        self._listeners = {listener.fileno(): listener for listener in self.sockets}
        for fileno in self._listeners:
            self._poller.register(fileno, select.EPOLLIN)
        self._pool.start()
        while self.alive and self.ppid == os.getppid():
            self._turn(_BUSY_TICK_SECONDS if self._pool.crowded() else _TICK_SECONDS)
        self._stop()

    def _turn(self, timeout: float) -> None:
        """Wait for events, hand over what is readable, and look after the rest."""
        if self._napping:
            timeout = min(timeout, _NAP_SECONDS)
        patience = self._batching and self._batching.patience
        if patience:
            timeout = min(timeout, patience)
        events = self._poller.poll(_YIELD_SECONDS if self._yielding else timeout)
        self._several = len(events) >= MANY
        offering = []  # last: who has just left does not count when connections are shared
        for fileno, event in events:
            if fileno in self._parked:
                self._wake(self._parked.pop(fileno), ended=bool(event & _ENDED))
            elif fileno in self._listeners:
                offering.append(self._listeners[fileno])
            elif fileno == self.PIPE[0]:
                os.read(fileno, 4096)  # a signal came: its handler has done the work
            else:
                self._end_batch(fileno)
        for listener in offering:
            self._offer(listener)
        self._begin_batch()
        self._pool.relieve()
        self._look_after(time.monotonic())

    def _look_after(self, now: float) -> None:
        """Do what is due without any event."""
        if self._yielding and now - self._yielded >= _YIELD_SECONDS:
            self._resume(now)
        if self._napping and now - self._woken >= _NAP_SECONDS:
            self._end_naps(now)
        if now - self._swept >= _TICK_SECONDS:
            self.notify()  # gunicorn ends a worker that does nothing for long
            self._sweep(now)
            self._sweep_batches(now)

    def _offer(self, listener: socket.socket) -> None:
        """Accept a connection, unless a worker that has fewer of them does so soon."""
        if self.app.balance.is_lightest(self.slot):
            self._accept(listener)
        elif self._left_over and time.monotonic() - self._yielded < 2 * _YIELD_SECONDS:
            self._left_over = False
            self._accept(listener)
        else:
            self._yielding, self._yielded = True, time.monotonic()
            self._poller.modify(listener.fileno(), 0)

    def _resume(self, now: float) -> None:
        """Listen again; if a connection still waits now, others are slow, and it is taken."""
        self._yielding, self._yielded, self._left_over = False, now, True
        for fileno in self._listeners:
            self._poller.modify(fileno, select.EPOLLIN)

    def _accept(self, listener: socket.socket) -> None:
        """Accept one connection; the next turn may take another."""
        try:
            sock, address = listener.accept()
        except BlockingIOError:
            return  # another worker was faster
        except OSError as error:
            self.log.error("cannot accept connections: %s", error)
            time.sleep(_BUSY_TICK_SECONDS)
            return
        connection = Connection(sock, address, self._site)
        self._open.add(connection.fileno)
        self.app.balance.note(self.slot, len(self._open))
        self._parked[connection.fileno] = connection
        self._poller.register(connection.fileno, _TO_READ)

    def _wake(self, connection: Connection, *, ended: bool) -> None:
        """Deal with a parked connection for which the client has done something.

        ended: the client sends no more, perhaps beyond what has come. Of one that rests nothing is
        told but that the connection has been reset, and that again and again.
        """
        idle = connection.is_idle
        if ended and (connection.resting or (idle and connection.has_left)):
            self._close(connection)
        elif connection.discarding:
            self._settle(connection, Fate.DISCARD if connection.discard() else Fate.CLOSE)
        elif idle and self._is_batched(connection):
            pass
        elif connection.go_on():
            if idle or not self._is_batched(connection):
                self._pool.put(connection)
        elif connection.dripping:
            self._parked[connection.fileno] = connection
            self._napping.append(connection)
        else:
            self._park(connection)

    def _is_batched(self, connection: Connection) -> bool:
        """Whether a connection whose next request comes, or has come, waits for a batch now."""
        return (
            self._batching is not None
            and (self._batching.is_busy or self._pool.serving + 1 >= MANY or self._several)
            and self._batching.keep(connection)
        )

    def _is_for_batches(self, request: Request) -> bool:
        """Whether a thread that has answered a request leaves the next to the poller."""
        return (
            self._batching is not None
            and (self._batching.is_busy or self._pool.serving >= MANY)
            and self._batching.suits(request)
        )

    def _begin_batch(self) -> None:
        """Ask about all requests that wait for it; what cannot be asked about takes threads."""
        if self._batching is not None:
            for connection in self._batching.begin(self._pool.serving):
                self._pool.put(connection)

    def _end_batch(self, fileno: int) -> None:
        """Answer what was asked about, here or in threads, if that is what ``fileno`` tells."""
        if self._batching is None:
            return
        for connection, answers in self._batching.end(fileno):
            if answers:
                self._settle(connection, connection.answer_at_once())
            else:
                self._pool.put(connection)

    def _sweep_batches(self, now: float) -> None:
        """Let threads go on with what batches take too long for."""
        if self._batching is not None:
            for connection in self._batching.end_late(now):
                self._pool.put(connection)
            self._batching.trim()

    def _end_naps(self, now: float) -> None:
        """Listen again to those who drip. Each costs so little, however fast it does."""
        napping, self._napping, self._woken = self._napping, [], now
        for connection in napping:
            if self._parked.get(connection.fileno) is connection:
                self._poller.modify(connection.fileno, _TO_READ)

    def _handle(self, connection: Connection) -> None:
        """Serve a connection; runs in the pool's threads."""
        self._settle(connection, connection.serve())

    def _settle(self, connection: Connection, fate: Fate) -> None:
        """Do with a connection that is not parked what its fate is."""
        if fate is Fate.CLOSE:
            self._close(connection)
        elif fate is Fate.AGAIN:
            self._pool.put(connection)
        else:
            self._park(connection)

    def _park(self, connection: Connection) -> None:
        """Give a connection back to the poller, until the client acts or its deadline passes."""
        if self._site.stopping and connection.is_idle:
            self._close(connection)
            return
        wanted = _TO_WRITE if connection.sending else 0 if connection.resting else _TO_READ
        self._parked[connection.fileno] = connection
        self._poller.modify(connection.fileno, wanted)

    def _close(self, connection: Connection) -> None:
        """Close a connection that is not parked."""
        self._open.discard(connection.fileno)  # first: closing frees the number for the next one
        connection.close()
        self.app.balance.note(self.slot, len(self._open))

    def _sweep(self, now: float) -> None:
        """Deal with parked connections whose deadline has passed."""
        self._swept = now
        for connection in tuple(self._parked.values()):
            if connection.deadline < now:
                del self._parked[connection.fileno]
                self._settle(connection, connection.expire())

    def _stop(self) -> None:
        """Finish the requests that have begun, within gunicorn's graceful_timeout."""
        self._turn(0)  # what has arrived counts as begun
        for fileno, listener in self._listeners.items():
            with contextlib.suppress(OSError):
                self._poller.unregister(fileno)
            listener.close()
        self.sockets, self._listeners = [], {}
        self._turn(_LAST_SECONDS)  # and what those send who were accepted last
        self._site.stopping = True
        for fileno, connection in tuple(self._parked.items()):
            if connection.is_idle:
                del self._parked[fileno]
                self._close(connection)
        deadline = time.monotonic() + self.cfg.graceful_timeout
        while self._open and time.monotonic() < deadline:
            self._turn(_BUSY_TICK_SECONDS)
        self._pool.stop()


def _base_environ(address: tuple[str, int], multiprocess: bool) -> WSGIEnvironment:
    """Return the environ entries that all requests share (PEP 3333)."""
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": address[0],
        "SERVER_PORT": str(address[1]),
        "SERVER_SOFTWARE": "pithos",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": multiprocess,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        SENDS_FILES: True,
    }
