"""What an account, a container or a folder takes, and what deleting or purging it would free."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled

from accounts.tokens.credentials import Credentials
from pithos_api.models import Container
from pithos_api.models.statements.time.usage import PartUsage, sum_usage
from pithos_api.ordering import after
from pithos_api.services.access.permissions import authorize, require_container
from pithos_api.services.containers.account import authorize_account
from pithos_api.services.storage.heavy_work import turn
from pithos_api.values import Access, ContainerPath, Right
from pithos_api.values.requests import UsageRequest
from web.errors import Unavailable

__all__ = ["PartUsage", "usage_of_account", "usage_of_container"]

PATIENCE_MS: Final = "60000"
"""How long it may take to sum up: enough for some 4 million blocks."""


class UsageTooLongError(Unavailable):
    """There are too many blocks to sum them up for one request."""

    def __init__(self) -> None:
        super().__init__("it takes too long to sum all of this up; ask for a part of it")


_NOTHING = PartUsage(0, 0, 0, 0, 0, 0, 0)


def usage_of_container(
    credentials: Credentials, path: ContainerPath, wanted: UsageRequest
) -> PartUsage:
    """Return what a container, or what is below a prefix, takes: two statements.

    The second takes two probes of an index for each distinct block. So few are asked at once.

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError, BusyError,
        UsageTooLongError.
    """
    access = authorize(credentials, path, Right.OWN, wanted.prefix)
    return _usage_of(access, [require_container(access, path)], wanted)


def usage_of_account(credentials: Credentials, account: str, wanted: UsageRequest) -> PartUsage:
    """Return what all containers of an account take, as ``usage_of_container``.

    Raises: InvalidTokenError, NotAllowedError, BusyError, UsageTooLongError.
    """
    access = authorize_account(credentials, account, Right.OWN)
    containers = Container.objects.filter(account_id=access.owner).values_list("id", flat=True)
    return _usage_of(access, list(containers), wanted)


def _usage_of(access: Access, containers: Sequence[int], wanted: UsageRequest) -> PartUsage:
    asked = {
        "containers": containers,
        "first": wanted.prefix,
        "beyond": after(wanted.prefix),
        "until": wanted.until,
    }
    with turn(access.actor):
        return _summed(asked) or _NOTHING


def _summed(asked: Mapping[str, object]) -> PartUsage | None:
    """Return the sums. Raises: UsageTooLongError."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE_MS])
            return sum_usage.one(asked)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise UsageTooLongError from error
        raise
