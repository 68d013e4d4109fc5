"""How commands that check something end: exit codes that monitoring can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import Error
from psycopg2.errors import UndefinedColumn, UndefinedTable

from web.errors import PithosError

PROBLEMS: Final = 1
"""The check is complete, and something is wrong."""

NOT_CHECKED: Final = 2
"""Nothing is known: the database or the block store is away, or somebody else is at it."""


@contextmanager
def unchecked_on_failure(outcome: str = "could not check") -> Iterator[None]:
    """End the command with ``NOT_CHECKED``, and say so, where it cannot do its work."""
    try:
        yield
    except BrokenPipeError:  # nobody reads what it prints; manage.py ends it
        raise
    except (Error, PithosError, ImproperlyConfigured, OSError) as error:
        raise CommandError(f"{outcome}: {reason(error)}", returncode=NOT_CHECKED) from error


def reason(error: Exception) -> str:
    """Return in one line why a command could not do its work."""
    if isinstance(error.__cause__, UndefinedTable | UndefinedColumn):
        return "the database is not up to date: manage.py migrate brings it there"
    # What a block store said, not what clients are told.
    said = str(getattr(error, "reason", error))
    return said.strip().partition("\n")[0]
