"""Accounts, containers and objects as requests name them."""

from dataclasses import dataclass
from enum import Enum

MAX_CONTAINER_BYTES = 256
MAX_OBJECT_BYTES = 1024


class Dialect(Enum):
    """How a client speaks: the account's form in the path says it (docs/api.md, dialects)."""

    PITHOS = "pithos"
    SWIFT = "swift"


@dataclass(frozen=True, slots=True)
class ContainerPath:
    """A container as a request names it. account is lower-case."""

    account: str
    container: str

    def __str__(self) -> str:
        return f"{self.account}/{self.container}"


@dataclass(frozen=True, slots=True)
class ObjectPath:
    """An object as a request names it. account is lower-case; name may hold any slashes."""

    account: str
    container: str
    name: str

    def __str__(self) -> str:
        return f"{self.account}/{self.container}/{self.name}"

    @property
    def covers(self) -> list[str]:
        """The name and all its parents: the paths whose sharing governs the object."""
        name = self.name
        return [name, *(name[:at] for at, char in enumerate(name) if char == "/" and at)]
