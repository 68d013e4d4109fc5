"""No page hangs: its statements are given seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled

PATIENCE_SECONDS: Final = 5.0
"""For each statement of a page."""


class TooSlowError(Exception):
    """A statement took longer than a page may wait for it."""


@contextmanager
def bounded(seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Give each statement inside so many seconds. What is written inside is kept if all is well.

    Raises: TooSlowError.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [_ms(seconds)])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlowError from error
        raise


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"
