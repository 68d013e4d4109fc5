"""The keys of signed URLs, which are metadata of accounts and containers."""

from collections.abc import Mapping
from dataclasses import dataclass

from pithos_api.models import Account, Container
from pithos_api.values import ContainerPath

_NAMES = ("Temp-Url-Key", "Temp-Url-Key-2")


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """Keys as they were set. account: they sign for the whole account; container: for one.

    suspended: their user is, so what they sign opens nothing.
    """

    account: tuple[str, ...]
    container: tuple[str, ...]
    suspended: bool


def find_signing_keys(path: ContainerPath) -> SigningKeys:
    """Return the keys that may sign for objects of a container; none if it does not exist."""
    accounts = list(
        Account.objects.filter(user__account=path.account).values_list("meta", "user__is_active")
    )
    containers = list(
        Container.objects.filter(account__account=path.account, name=path.container).values_list(
            "meta", "account__is_active"
        )
    )
    return SigningKeys(
        account=tuple(key for meta, _ in accounts for key in _keys(meta)),
        container=tuple(key for meta, _ in containers for key in _keys(meta)),
        suspended=not all(is_active for _, is_active in (*accounts, *containers)),
    )


def _keys(meta: Mapping[str, str]) -> list[str]:
    return [meta[name] for name in _NAMES if meta.get(name)]
