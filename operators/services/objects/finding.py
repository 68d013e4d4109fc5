"""Finding an object, and who uses it."""

from dataclasses import dataclass
from typing import Final

from operators.services.bounded import bounded
from operators.values.queries import Query
from pithos_api.services.operations import searching
from pithos_api.services.operations.searching import BlockFound, VersionFound
from pithos_api.values import ContainerPath, ObjectPath

MOST: Final = 100
"""What a search finds."""

UUID_SECONDS: Final = 20.0
"""How long a search may take that looks at all versions."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search has found. block: if the query is one's digest. more: there may be others."""

    versions: tuple[VersionFound, ...]
    block: BlockFound | None = None

    @property
    def more(self) -> bool:
        """Whether the search ended because it had found enough."""
        return len(self.versions) >= MOST


def find(query: Query) -> Findings:
    """Return what the query means.

    Raises: TooSlowError.
    """
    if query.kind == "digest":
        found = searching.find_users_of(query.digest, MOST)
        return Findings(tuple(found), searching.find_block(query.digest))
    if query.kind == "uuid":
        with bounded(UUID_SECONDS):
            return Findings(tuple(searching.find_by_uuid(query.uuid, MOST)))
    below = _below(*query.place) if query.kind == "path" else []
    named = searching.find_by_name(query.text, MOST)
    numbered = searching.find_by_serial(query.serial) if query.kind == "serial" else []
    return Findings((*numbered, *below, *named))


def _below(account: str, container: str, name: str) -> list[VersionFound]:
    """Return the object of the path first, if it is or was one, then what begins like it."""
    exact = searching.list_history(ObjectPath(account, container, name), 1) if name else []
    below = searching.find_below(ContainerPath(account, container), name, MOST)
    return [*exact, *(each for each in below if each.name != name or not exact)]
