"""Many objects of one container at once: all of them are stored, or none; read in one stream."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import transaction

from accounts.tokens.credentials import Credentials
from pithos_api.blocks.base import Piece
from pithos_api.models.statements.listings.attributed import AttributedRow, find_attributed
from pithos_api.services.access.permissions import authorize
from pithos_api.services.access.scopes import require_writer
from pithos_api.services.containers.quotas import QuotaGuard
from pithos_api.services.locks import lock_containers
from pithos_api.services.objects import claims
from pithos_api.services.objects.attributes import NewObject
from pithos_api.services.objects.large_objects.parts import contents_of
from pithos_api.services.objects.long_hashmaps import hashes_of, split_digests
from pithos_api.services.objects.publishing import NewVersion, publish_version
from pithos_api.services.objects.writing import receive
from pithos_api.services.storage.contents import send_content
from pithos_api.values import (
    ANY_TAG,
    Access,
    Conditions,
    ContainerPath,
    Details,
    ObjectPath,
    Right,
)
from web.bodies.body import RequestBody
from web.bodies.records import Records
from web.json_values import JSONObject, JSONValue

_ABSENT = Conditions(if_none_match=(ANY_TAG,))
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Arriving:
    """An object of a batch on its way in. body: of this object alone."""

    path: ObjectPath
    new: NewObject
    body: RequestBody


@dataclass(frozen=True, slots=True)
class AttributedObject:
    """A current object. size: bytes. domains: the attributes of each domain."""

    serial: int
    size: int
    domains: dict[str, dict[str, JSONValue]]


def store_batch(
    credentials: Credentials,
    access: Access,
    container: ContainerPath,
    arriving: Iterable[Arriving],
    kept: Records,
) -> None:
    """Store objects that are not there yet, all of them or none.

    Each is received and kept as it comes, and no transaction is open meanwhile. What is remembered
    of it is its digests, not its bytes. At the end one transaction publishes all.

    access: of the container that all are in. kept: remembers those that have come; if the request
    begins again, ``arriving`` are the others.

    Raises: as ``writing.store_object``; ConditionFailedError: there is one of them already.
    """
    require_writer(credentials)
    claims.check_uploads_end(access.actor)
    for each in arriving:
        kept.append(_keep(credentials, access, each))
    with transaction.atomic(), QuotaGuard(access):
        lock_containers(container)
        for record in kept.take():
            path, version = _recalled(container, record)
            publish_version(access, path, version, _ABSENT)


def _keep(credentials: Credentials, access: Access, each: Arriving) -> JSONObject:
    """Make the bytes durable, the caller's to name; return what is to be remembered."""
    content = receive(credentials, access, each.body)
    claims.claim_content(credentials, access.actor, content)
    return {
        "name": each.path.name,
        "size": content.size,
        "md5": content.md5.hex(),
        "digests": b"".join(content.digests).hex(),
        "content_type": each.new.content_type,
        "domains": orjson.dumps({each.new.domain: each.new.attributes()}).decode(),
    }


def _recalled(container: ContainerPath, record: Any) -> tuple[ObjectPath, NewVersion]:
    """Return what ``_keep`` has told, as a version to be published."""
    digests = split_digests(bytes.fromhex(record["digests"]))
    hashes = hashes_of(digests)
    version = NewVersion(
        size=record["size"],
        etag=bytes.fromhex(record["md5"]),
        digests=digests,
        details=Details(record["content_type"]),
        domains=record["domains"],
        takes=True,
        quota_guarded=True,
        locked=True,
        merkle=hashes.merkle,
        pieces=hashes.pieces,
    )
    return ObjectPath(container.account, container.container, record["name"]), version


def find_batch(
    credentials: Credentials, path: ContainerPath, names: Sequence[str], prefix: str
) -> dict[str, AttributedObject]:
    """Return those of the names that are there, in one statement. The owner may.

    prefix: of all names.

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError.
    """
    access = authorize(credentials, path, Right.OWN, below=prefix)
    rows = find_attributed.all({"container": access.container, "names": list(names)})
    return {row.name: _attributed(row) for row in rows}


def _attributed(row: AttributedRow) -> AttributedObject:
    return AttributedObject(row.serial, row.size, orjson.loads(row.domains) if row.domains else {})


def read_batch(serials: Sequence[int]) -> Iterator[Iterator[Piece]]:
    """Yield the bytes of each version, in order: a statement for a hundred of them.

    Raises: BlockNotFoundError, BlockDamagedError. One that is gone ends it.
    """
    for at in range(0, len(serials), _AT_ONCE):
        contents = contents_of(serials[at : at + _AT_ONCE])
        yield from (send_content(each, 0, each.size) for each in contents)
