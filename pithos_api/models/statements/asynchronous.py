"""A statement that is sent and fetched without waiting, on a connection of its own.

Whoever polls many things can so poll the database, too. What fails and has done nothing is asked
again in the usual way, which says what is wrong.
"""

import logging
import select
import time
from collections.abc import Mapping
from enum import Enum, auto
from typing import Final, Generic

import psycopg2
from django.db import connection
from psycopg2.extensions import POLL_OK, POLL_READ
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import cursor as Cursor  # noqa: N812
from psycopg2.extras import register_default_jsonb

from pithos_api.models.statements.literals import with_literals
from pithos_api.models.statements.prepared import GENERIC_PLANS, Statement
from pithos_api.models.statements.rows import Row

_AGAIN_SECONDS: Final = 1.0  # after which a database that was lost is tried again
_SOON_MILLISECONDS: Final = 1  # until the next piece of an answer that has begun to come
_IDLE_SECONDS: Final = 3.0  # after which a connection that nobody has used is closed
_UTC: Final = "SET TIME ZONE 'UTC'"  # as Django's connections have it
# All that is asked is found by indexes, also where a table is as short as its index: the planner
# reads all of that, which takes twice as long where an owner has eighty containers.
_INDEXES: Final = "SET enable_seqscan = off"
_QUOTES: Final = "SET standard_conforming_strings = on"  # as ``with_literals`` takes for granted

log = logging.getLogger(__name__)


class _State(Enum):
    CLOSED = auto()
    CONNECTING = auto()
    PREPARING = auto()
    READY = auto()
    ASKING = auto()


class LostError(Exception):
    """The database cannot be asked, or has not answered.

    undone: it is sure that a statement which writes has done nothing.
    """

    def __init__(self, *, undone: bool = False) -> None:
        super().__init__()
        self.undone = undone


class AsyncStatement(Generic[Row]):
    """One prepared statement, and at most one question at a time. One thread uses it."""

    def __init__(self, statement: Statement[Row]) -> None:
        self._statement = statement
        self._state = _State.CLOSED
        self._raw: Connection | None = None
        self._cursor: Cursor | None = None
        self._failed: psycopg2.Error | None = None
        self._lost = -_AGAIN_SECONDS
        self._used = 0.0
        self._polled = POLL_OK
        self._readable = select.poll()  # looks at the connection

    @property
    def writes(self) -> bool:
        """Whether it waits to send, or for nothing: then the answer has come already."""
        return self._polled != POLL_READ

    def fileno(self) -> int:
        """Return the descriptor to poll. Raises: LostError."""
        if self._raw is None or self._raw.closed:
            raise LostError
        return self._raw.fileno()

    def is_ready(self) -> bool:
        """Return whether a question can be asked; else go on becoming so."""
        if self._state is _State.ASKING:
            return False
        try:
            self._go_on()
        except psycopg2.Error as error:
            self._lose(error)
        if self._state is _State.READY and self._can_read(0):
            self.close()  # a server that was asked nothing says only that it leaves
        return self._state is _State.READY

    def ask(self, parameters: Mapping[str, object]) -> None:
        """Send the question. Raises: LostError: it was not sent."""
        if self._raw is None:
            raise LostError(undone=True)
        try:
            self._cursor = self._raw.cursor()
            self._cursor.execute(with_literals(self._statement.execute, parameters))
        except psycopg2.Error as error:
            self._lose(error)
            raise LostError(undone=True) from error
        self._state, self._used = _State.ASKING, time.monotonic()
        try:
            self._polled = self._raw.poll()
        except psycopg2.Error as error:  # ``fetch`` tells it: it was sent
            self._failed = error

    def fetch(self) -> list[Row] | None:
        """Return the answer, None as long as it has not come. Raises: LostError."""
        asking = self._state is _State.ASKING
        try:
            if self._failed is not None:
                raise self._failed
            self._go_on()
            if not asking or self._state is _State.ASKING or self._cursor is None:
                return None
            found, self._cursor = self._cursor.fetchall(), None
            return list(map(self._statement.make, found))
        except psycopg2.Error as error:
            self._lose(error)
            raise LostError(undone=_is_undone(error)) from error

    def close(self) -> None:
        """Forget the connection, and the question."""
        raw, self._raw, self._cursor, self._failed = self._raw, None, None, None
        self._state, self._lost = _State.CLOSED, time.monotonic()
        if raw is not None:
            raw.close()

    def trim(self) -> None:
        """Close a connection that nobody has used for long: it has megabytes in the server."""
        if self._raw is None or self._state is _State.ASKING:
            return
        if time.monotonic() - self._used > _IDLE_SECONDS:
            self.close()
            self._lost = -_AGAIN_SECONDS  # whoever asks next has one at once

    def _can_read(self, milliseconds: int) -> bool:
        """Whether the server has sent something, or does so within that time."""
        return bool(self._readable.poll(milliseconds))

    def _lose(self, error: psycopg2.Error) -> None:
        if self._state is not _State.CLOSED:
            log.info("the database was lost: %s", str(error).strip())
        self.close()

    def _go_on(self) -> None:
        """Take as many steps as need no waiting. Raises: psycopg2.Error."""
        if self._state is _State.CLOSED:
            if time.monotonic() - self._lost < _AGAIN_SECONDS:
                return
            self._connect()
        while self._raw is not None and self._state is not _State.READY:
            self._polled = self._raw.poll()
            if self._polled != POLL_OK:
                if self._goes_on():
                    continue
                return
            if self._state is _State.CONNECTING:
                self._prepare(self._raw)
            else:
                self._state = _State.READY

    def _goes_on(self) -> bool:
        """Whether more of an answer is there. The server sends 8 KiB of it at a time.

        The next piece is there in some microseconds: less than to come back for it.
        """
        asking = self._state is _State.ASKING and self._polled == POLL_READ
        return asking and self._can_read(_SOON_MILLISECONDS)

    def _connect(self) -> None:
        self._state, self._used = _State.CONNECTING, time.monotonic()
        self._raw = psycopg2.connect(**connection.get_connection_params(), async_=1)

    def _prepare(self, raw: Connection) -> None:
        self._readable = select.poll()
        self._readable.register(raw.fileno(), select.POLLIN)
        register_default_jsonb(conn_or_curs=raw, loads=lambda text: text)
        self._cursor = raw.cursor()  # kept: the driver does not keep it
        before = f"{_UTC}; {_QUOTES}; {GENERIC_PLANS}; {_INDEXES}"
        self._cursor.execute(f"{before}; {self._statement.prepare}")
        self._state = _State.PREPARING


def _is_undone(error: psycopg2.Error) -> bool:
    """Return whether the server has said that it did nothing: before it ended, or was lost."""
    return error.pgcode is not None and not error.pgcode.startswith(("57P", "08"))
