"""The backend's entry, named as Django looks for it."""

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

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Return one that rests, or else a new one."""
        raw: Connection = resting().take() or super().get_new_connection(conn_params)
        return raw

    def rest(self) -> None:
        """Do without the connection until the next statement."""
        if self.connection is None or self.in_atomic_block:
            return
        if self.errors_occurred:
            self.close()
            return
        raw, self.connection = self.connection, None
        resting().put(raw)

    def close(self) -> None:
        """Close the thread's connection for good.

        Where an error is the reason, others that rest may be as dead: who repeats its statement
        shall have a new one.
        """
        if self.connection is not None and self.connection.closed:
            resting().close()
        super().close()
