"""Who holds how much: exact at the moment of asking, for operators."""

from collections.abc import Iterator

from accounts.users.users import find_user
from pithos_api.models.statements.containers import sum_usage as statements
from pithos_api.models.statements.containers.sum_usage import (
    AccountSum,
    ContainerSum,
    ContainerUsage,
    UnnamedSum,
    UserUsage,
)

__all__ = [
    "AccountSum",
    "ContainerSum",
    "ContainerUsage",
    "UnnamedSum",
    "UserUsage",
    "largest_containers",
    "largest_users",
    "list_containers",
    "list_users",
    "page_of_users",
    "sum_accounts",
    "unnamed_by_user",
]


def list_users(account: str = "") -> list[UserUsage]:
    """Return users by their accounts, with what they hold; "" is everybody.

    Raises: AccountNotFoundError.
    """
    return statements.sum_users.all({"account": _known(account)})


def list_containers(account: str = "") -> list[ContainerUsage]:
    """Return containers by account and name, with what they hold; "" is everybody's.

    It looks at each version that is kept.

    Raises: AccountNotFoundError.
    """
    return statements.sum_containers.all({"account": _known(account)})


def page_of_users(prefix: str = "", after: str = "", *, limit: int) -> list[UserUsage]:
    """Return up to ``limit`` users in order of accounts, with what they hold.

    prefix: how the accounts begin. after: the account that the page begins behind.
    """
    return statements.page_of_users.all({"prefix": prefix, "after": after, "limit": limit})


def largest_users(limit: int) -> list[UserUsage]:
    """Return those who hold most, the first the most, as far as usage is folded.

    It looks at each container.
    """
    return statements.largest_users.all({"limit": limit})


def largest_containers(account: str, limit: int) -> list[ContainerSum]:
    """Return the containers of an account that hold most; none of an account that is not there."""
    return statements.largest_containers.all({"account": account, "limit": limit})


def unnamed_by_user(limit: int) -> list[UnnamedSum]:
    """Return who has sent most that no object names yet: parts of uploads, or what broke off."""
    return statements.unnamed_by_user.all({"limit": limit})


def sum_accounts(batch: int = 1000) -> Iterator[list[AccountSum]]:
    """Yield what each user's account holds, as far as usage is folded, ``batch`` users at a time.

    In order of the users' ids.
    """
    after = 0
    while page := statements.sums_by_user.all({"after": after, "limit": batch}):
        yield page
        after = page[-1].user


def _known(account: str) -> str:
    return find_user(account).account if account else ""
