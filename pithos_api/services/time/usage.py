"""What an account, a container or a folder takes, and what deleting or purging it would free."""

from collections.abc import Sequence

from accounts.tokens.credentials import Credentials
from pithos_api.models import Container
from pithos_api.models.statements.time.usage import PartUsage, sum_usage
from pithos_api.ordering import after
from pithos_api.services.access.permissions import authorize, require_container
from pithos_api.services.containers.account import authorize_account
from pithos_api.services.storage.long_reads import read_in_turn
from pithos_api.values import Access, ContainerPath, Right
from pithos_api.values.requests import UsageRequest

__all__ = ["PartUsage", "usage_of_account", "usage_of_container"]

_NOTHING = PartUsage(0, 0, 0, 0, 0, 0, 0)


def usage_of_container(
    credentials: Credentials, path: ContainerPath, wanted: UsageRequest
) -> PartUsage:
    """Return what a container, or what is below a prefix, takes: two statements.

    The second takes two probes of an index for each distinct block. So few are asked at once.

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError, BusyError,
        TooLongError, ClientGoneError.
    """
    access = authorize(credentials, path, Right.OWN, wanted.prefix)
    return _usage_of(access, [require_container(access, path)], wanted)


def usage_of_account(credentials: Credentials, account: str, wanted: UsageRequest) -> PartUsage:
    """Return what all containers of an account take, as ``usage_of_container``.

    Raises: InvalidTokenError, NotAllowedError, BusyError, TooLongError,
        ClientGoneError.
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
    return read_in_turn(access.actor, lambda: sum_usage.one(asked)) or _NOTHING
