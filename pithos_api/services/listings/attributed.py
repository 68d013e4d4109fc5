"""Names of a container whose objects another interface describes by attributes of its own."""

from dataclasses import dataclass

from accounts.tokens.credentials import Credentials
from pithos_api.models.statements.listings import attributed as statements
from pithos_api.ordering import after
from pithos_api.services.access.permissions import authorize_path
from pithos_api.values import ContainerPath, Right


@dataclass(frozen=True, slots=True)
class AttributedNames:
    """Which names are wanted: those below ``prefix``.

    flag: only of objects with this in the list ``flags`` of the domain.
    direction: 1 is the oldest first by the number ``created`` of the domain, -1 the newest first,
    0 the order of names.
    """

    domain: str
    prefix: str = ""
    flag: str | None = None
    direction: int = 0


def list_names(credentials: Credentials, path: ContainerPath, wanted: AttributedNames) -> list[str]:
    """Return names of current objects, none where there is no container. The owner may.

    Raises: InvalidTokenError, NotAllowedError.
    """
    asked = {
        **_below(credentials, path, wanted.prefix),
        "domain": wanted.domain,
        "flag": wanted.flag,
        "direction": wanted.direction,
    }
    return [row.name for row in statements.list_attributed.all(asked)]


def list_deleted_names(credentials: Credentials, path: ContainerPath, prefix: str) -> list[str]:
    """Return the names below ``prefix`` that were deleted and are not in use again.

    Raises: as ``list_names``.
    """
    rows = statements.list_deleted.all(_below(credentials, path, prefix))
    return [row.name for row in rows]


def count_names(credentials: Credentials, path: ContainerPath, prefix: str) -> int:
    """Return how many current objects have names below ``prefix``. Raises: as ``list_names``."""
    row = statements.count_names.one(_below(credentials, path, prefix))
    return row.objects if row else 0


def _below(credentials: Credentials, path: ContainerPath, prefix: str) -> dict[str, object]:
    access = authorize_path(credentials, path, Right.OWN, below=prefix)
    return {"container": access.container, "first": prefix, "beyond": after(prefix)}
