"""What a request shows for itself, and how far it reaches: values that every statement takes."""

from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Final, Self

from observability.addresses import Address, Network
from web.json_values import JSONValue

NO_TOKEN: Final = b""

NOBODY: Final = ""
"""The account of a caller who is not known; statements know it by this name."""


@dataclass(frozen=True, slots=True)
class Scope:
    """To what a secret is limited. It never gives more than its user has.

    read_only: it changes nothing.
    container: only this one, of the user's own account; "" is no limit.
    prefix: and in it only names that begin so; "" is all of them.
    networks: the client's address is in one of them; none is no limit.
    """

    read_only: bool = False
    container: str = ""
    prefix: str = ""
    networks: tuple[Network, ...] = ()

    def __str__(self) -> str:
        parts = ["read-only"] if self.read_only else []
        if self.container:
            parts.append(f"only {self.container}/{self.prefix}")
        if self.networks:
            parts.append("from " + ", ".join(map(str, self.networks)))
        return "; ".join(parts) or "everything"

    def admits(self, address: Address | None) -> bool:
        """Return whether a client at this address may use it; None is an unknown one."""
        if not self.networks:
            return True
        return address is not None and any(address in network for network in self.networks)

    def as_json(self) -> dict[str, JSONValue] | None:
        """Return what the database keeps: only limits that there are, None without any."""
        limits: dict[str, JSONValue] = {
            "read_only": self.read_only,
            "container": self.container,
            "prefix": self.prefix,
            "networks": list(map(str, self.networks)),
        }
        return {name: limit for name, limit in limits.items() if limit} or None

    @classmethod
    def from_json(cls, limits: dict[str, Any]) -> "Scope":
        """Return what ``as_json`` wrote. Raises: TypeError: a limit that this code cannot keep."""
        return cls(**{**limits, "networks": tuple(map(ip_network, limits.get("networks", ())))})


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows for itself; the database decides whose it is, with each statement.

    token: SHA-256 of the token, 32 bytes; NO_TOKEN where none was shown.
    vouched: the account that an identity backend answers for, or NOBODY; None leaves it to the
        token.
    scope: how far they reach; None is as far as the user's rights do.
    everywhere: they act as the owner of whichever account is named (a reseller's).
    signed: by the user, in a URL or form; whoever shows it has no rights of their own.
    referrer: the host of the page that leads here, as the request says; "" is none.
    """

    token: bytes
    vouched: str | None = None
    scope: Scope | None = None
    everywhere: bool = False
    signed: bool = False
    referrer: str = ""

    @classmethod
    def of_anybody(cls) -> Self:
        """Return what somebody has who shows nothing: the rights that are everybody's."""
        return cls(NO_TOKEN, vouched=NOBODY)

    @classmethod
    def signed_by(cls, account: str, scope: Scope | None) -> Self:
        """Return what a signature by the owner of ``account`` gives to whoever shows it."""
        return cls(NO_TOKEN, vouched=account, scope=scope, signed=True)

    @property
    def prefix(self) -> str:
        """What every name that they reach begins with; "" where that is any name."""
        return "" if self.scope is None else self.scope.prefix

    @property
    def is_confined(self) -> bool:
        """Whether they reach only a part of the account."""
        return self.scope is not None and bool(self.scope.container)

    def reach(self, account: str, container: str = "", name: str = "") -> bool:
        """Return whether their scope has the account, a container of it, or an object.

        name: of an object, or the beginning of all names that are asked for.
        """
        scope = self.scope
        if scope is None or not scope.container:
            return True
        return (
            account == self.vouched
            and container == scope.container
            and name.startswith(scope.prefix)
        )

    def acting_in(self, account: str) -> str | None:
        """Return for whom the backend answers where ``account`` is concerned."""
        return account if self.everywhere else self.vouched
