"""gunicorn, started in this process and configured here alone (no configuration files)."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from wsgiref.types import WSGIApplication, WSGIEnvironment

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from server.batches import Batches
from server.exchange import Observer, Unobserved
from server.seats import Seats
from server.spool import Spool
from server.transfers import Transfers
from server.waiting import LeastRate, Strangers, Timeouts, WaitTerms
from server.workers import heap
from server.workers.arbiter import Arbiter
from server.workers.balance import Balance
from server.workers.pool import GROWTH
from server.workers.worker import Worker

GRACEFUL_SECONDS: Final = 30
_BACKLOG: Final = 2048


def _nothing(*_: object) -> None:
    """Do nothing."""


def _peer(environ: WSGIEnvironment) -> str:
    return str(environ["REMOTE_ADDR"])


@dataclass(frozen=True)
class Settings:
    """How to serve.

    threads: per worker process; up to ``most_threads`` while all are held up, by default eight
    times as many.
    before_fork: runs in the first process before each fork; after_fork: in each new worker, with
    its slot, a small number that no other worker has at the same time.
    on_ready: once, as soon as the first worker accepts connections (runs in that worker).
    observer: told about every request.
    strangers: what clients get before the application has called ``server.authenticated``;
    stranger_share, address_share: percent of ``most_threads`` that may
    wait for the bodies of strangers, and of clients at one address, which client_of tells.
    least_rate: what they have to send or take after it while no thread is theirs;
    most_transfers: that may wait so, in all workers; spool_directory, spool_room: where bytes wait
    for slow clients, and how many may. party_share: percent of both that may be of one party.
    batches: makes what asks about several requests at once, in each worker, a kind each; None:
    nothing does.
    release: runs in a thread that waits for its client or ends, to give back what it holds.
    """

    workers: int = 2
    threads: int = 16
    timeouts: Timeouts = field(default_factory=Timeouts)
    before_fork: Callable[[], None] = _nothing
    after_fork: Callable[[int], None] = _nothing
    on_ready: Callable[[], None] = _nothing
    observer: Observer = field(default_factory=Unobserved)
    most_threads: int = 0
    strangers: Strangers = field(default_factory=Strangers)
    stranger_share: int = 25
    address_share: int = 50
    client_of: Callable[[WSGIEnvironment], str] = _peer
    least_rate: LeastRate = field(default_factory=LeastRate)
    most_transfers: int = 4096
    party_share: int = 50
    spool_directory: str | None = None
    spool_room: int = 4 << 30
    batches: Callable[[], Sequence[Batches]] | None = None
    release: Callable[[], None] = _nothing

    @property
    def most(self) -> int:
        """How many threads a worker may ever have."""
        return self.most_threads or self.threads * GROWTH

    def terms(self, crowded: Callable[[], bool]) -> WaitTerms:
        """Return how the requests of one worker may wait for their clients.

        crowded: whether connections wait for a thread.
        """
        most, transfers = self.most, max(1, self.most_transfers // self.workers)
        room = self.spool_room // self.workers
        seats = Seats(
            strangers=max(1, most * self.stranger_share // 100),
            for_address=max(1, most * self.address_share // 100),
        )
        return WaitTerms(
            timeouts=self.timeouts,
            strangers=self.strangers,
            least_rate=self.least_rate,
            seats=seats,
            spool=Spool(self.spool_directory, room, room * self.party_share // 100),
            transfers=Transfers(transfers, max(1, transfers * self.party_share // 100)),
            crowded=crowded,
            client_of=self.client_of,
            release=self.release,
        )


class _Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's messages, in whatever form and place the program logs."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class _Application(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn runs."""

    def __init__(
        self, application: WSGIApplication, listener: socket.socket, settings: Settings
    ) -> None:
        self.settings = settings
        self.balance = Balance()
        self._application = application
        self._bind = f"fd://{listener.detach()}"
        super().__init__()

    def load_config(self) -> None:
        settings = self.settings
        options: dict[str, Any] = {
            "bind": self._bind,
            "worker_class": Worker,
            "workers": settings.workers,
            "threads": settings.threads,
            "preload_app": True,
            "graceful_timeout": GRACEFUL_SECONDS,
            "loglevel": "warning",
            "logger_class": _Log,
            "proc_name": "pithos",
            "control_socket_disable": True,
            "pre_fork": lambda _arbiter, _worker: settings.before_fork(),
            "child_exit": lambda _arbiter, worker: self.balance.leave(worker.slot),
            "post_worker_init": self._after_start,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        return self._application

    def run(self) -> None:
        """Be the first process until a signal ends it."""
        heap.share()
        Arbiter(self).run()

    def _after_start(self, worker: Worker) -> None:
        self.settings.after_fork(worker.slot)
        if worker.age == 1:
            self.settings.on_ready()


def listen(host: str, port: int) -> socket.socket:
    """Open a listening TCP socket; port 0 takes a free one. Clients wait until serve() is called.

    Raises: OSError when the address is taken or not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def serve(application: WSGIApplication, listener: socket.socket, settings: Settings) -> NoReturn:
    """Serve until SIGTERM (requests in flight are finished) or SIGINT, then exit the process."""
    _Application(application, listener, settings).run()
    raise SystemExit(0)
