"""Who holds how much: exact at the moment of asking, for operators."""

from accounts.users.users import find_user
from pithos_api.models.statements.containers.sum_usage import (
    ContainerUsage,
    UserUsage,
    sum_containers,
    sum_users,
)

__all__ = ["ContainerUsage", "UserUsage", "list_containers", "list_users"]


def list_users(account: str = "") -> list[UserUsage]:
    """Return users by their accounts, with what they hold; "" is everybody.

    Raises: AccountNotFoundError.
    """
    return sum_users.all({"account": _known(account)})


def list_containers(account: str = "") -> list[ContainerUsage]:
    """Return containers by account and name, with what they hold; "" is everybody's.

    It looks at each version that is kept.

    Raises: AccountNotFoundError.
    """
    return sum_containers.all({"account": _known(account)})


def _known(account: str) -> str:
    return find_user(account).account if account else ""
