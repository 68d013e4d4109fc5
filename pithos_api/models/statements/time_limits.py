"""How long the statements of a thread may take, all together."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection
from psycopg2.errors import QueryCanceled

from web.errors import Unavailable


class TooLongError(Unavailable):
    """Reading this takes longer than one request may."""

    def __init__(self) -> None:
        super().__init__("it takes too long to read all of this; ask for a part of it")


class _Limit(threading.local):
    """deadline: of this thread's statements (time.monotonic)."""

    deadline: float | None = None


_limit = _Limit()


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Give the statements of this thread within the block so long, all together.

    Postgres ends the one that takes longer. It holds for ``Statement``, and for SQL that is
    ``limited``. Waiting for a connection takes nothing of it.

    Raises: TooLongError.
    """
    connection.ensure_connection()
    before, _limit.deadline = _limit.deadline, time.monotonic() + seconds
    try:
        yield
    except OperationalError as error:
        if is_cancelled(error):
            raise TooLongError from error
        raise
    finally:
        _limit.deadline = before


def limited(sql: str) -> str:
    """Return the SQL with the time that is left for it, if there is a limit.

    Raises: TooLongError: none is left.
    """
    deadline = _limit.deadline
    if deadline is None:
        return sql
    left = round((deadline - time.monotonic()) * 1000)
    if left <= 0:
        raise TooLongError
    return f"SET LOCAL statement_timeout = {left}; {sql}"


def is_cancelled(error: BaseException) -> bool:
    """Return whether Postgres has ended a statement because it was told to."""
    return isinstance(error.__cause__, QueryCanceled)
