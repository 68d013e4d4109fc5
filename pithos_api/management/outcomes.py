"""How commands that check something end: exit codes that monitoring can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import Error

from pithos_api.errors import PithosError

PROBLEMS: Final = 1
"""The check is complete, and something is wrong."""

NOT_CHECKED: Final = 2
"""Nothing is known: the database or the block store is away, or somebody else is at it."""


@contextmanager
def unchecked_on_failure(outcome: str = "could not check") -> Iterator[None]:
    """End the command with ``NOT_CHECKED``, and say so, where it cannot do its work."""
    try:
        yield
    except (Error, PithosError, ImproperlyConfigured, OSError) as error:
        reason = getattr(
            error, "reason", str(error)
        )  # what the store said, not what clients are told
        raise CommandError(f"{outcome}: {reason}", returncode=NOT_CHECKED) from error
