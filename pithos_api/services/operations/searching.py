"""Finding objects of all accounts by what operators know of them, and who uses content.

Each search ends after ``limit`` findings. Those by UUID look at all versions, and those below a
prefix at all that come after it: callers give them a time limit.
"""

from uuid import UUID

from pithos_api.models.statements.searches import find_versions as statements
from pithos_api.models.statements.searches.find_versions import (
    BlockFound,
    DeletedName,
    VersionFound,
)
from pithos_api.values import ContainerPath, ObjectPath

__all__ = ["BlockFound", "DeletedName", "VersionFound"]


def find_users_of(digest: bytes, limit: int) -> list[VersionFound]:
    """Return versions, old ones too, that consist of the content or have the block in them.

    digest: 32 bytes, of a block or of a whole object (``X-Object-Hash``).
    """
    return statements.by_content.all({"digest": digest, "limit": limit})


def find_block(digest: bytes) -> BlockFound | None:
    """Return what is known of a block, None where there is none. digest: 32 bytes."""
    return statements.one_block.one({"digest": digest})


def find_by_uuid(uuid: UUID, limit: int) -> list[VersionFound]:
    """Return the versions of the object, the newest first."""
    return statements.by_uuid.all({"uuid": str(uuid), "limit": limit})


def find_by_serial(serial: int) -> list[VersionFound]:
    """Return the version of this number, if there is one."""
    return statements.by_serial.all({"serial": serial})


def find_by_name(name: str, limit: int) -> list[VersionFound]:
    """Return the newest version of the name in each container that has had it."""
    return statements.by_name.all({"name": name, "limit": limit})


def find_below(path: ContainerPath, prefix: str, limit: int) -> list[VersionFound]:
    """Return current objects of a container, in order of names that begin with ``prefix``."""
    place = {"account": path.account, "container": path.container}
    return statements.below_prefix.all({**place, "prefix": prefix, "limit": limit})


def list_history(path: ObjectPath, limit: int) -> list[VersionFound]:
    """Return the versions of a name, tombstones too, the newest first."""
    place = {"account": path.account, "container": path.container}
    return statements.history_of.all({**place, "name": path.name, "limit": limit})


def list_deleted(path: ContainerPath, prefix: str, limit: int) -> list[DeletedName]:
    """Return deleted objects of a container that can be brought back, the latest first."""
    place = {"account": path.account, "container": path.container}
    return statements.deleted_names.all({**place, "prefix": prefix, "limit": limit})
