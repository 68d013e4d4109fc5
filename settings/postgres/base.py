"""The backend's entry, named as Django looks for it."""

from functools import partial
from typing import Any

from django.db.backends.postgresql import base
from psycopg2.extensions import connection as Connection  # noqa: N812

from settings.postgres.resting import resting


class DatabaseWrapper(base.DatabaseWrapper):
    """A thread's connection.

    A connection has megabytes of memory in Postgres. A thread that will not need its connection
    for long, since its client sends a body or takes an answer, lets it ``rest``; whichever thread
    needs one next takes it, with all statements that are prepared on it.
    """

    _rested = False  # since then nothing but the connection is missing
    _taken: Connection | None = None

    def connect(self) -> None:
        """Take a connection that rests, or else make one."""
        self._taken = resting().take()
        if self._taken is None or not self._rested:
            super().connect()
        else:
            self.connection, self._taken = self._taken, None
        self._rested = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Return the one that was taken, or else a new one."""
        taken, self._taken = self._taken, None
        return taken or resting().make(partial(super().get_new_connection, conn_params))

    def rest(self) -> None:
        """Do without the connection until the next statement."""
        if self.connection is None or self.in_atomic_block:
            return
        if self.errors_occurred:
            self.close()
            return
        raw, self.connection, self._rested = self.connection, None, True
        resting().put(raw)

    def close(self) -> None:
        """Close the thread's connection for good.

        Where an error is the reason, others that rest may be as dead: who repeats its statement
        shall have a new one.
        """
        if self.connection is not None and self.connection.closed:
            resting().close()
        super().close()
