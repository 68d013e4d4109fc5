"""Blobs as objects of the store: ``<namespace>/<id>`` in a container that is sealed for them."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Any, Final

import orjson

from accounts.tokens.credentials import Credentials
from blobs.errors import BlobExistsError, BlobNotFoundError
from blobs.services.cutting import Cutting
from blobs.services.endings import Ending
from blobs.services.flags import read_flags, reserved_at
from blobs.values.blobs import CONTAINER, DEFAULT_NAMESPACE, DOMAIN, Blob, Flag, unknown_flag
from blobs.values.requests import ArrivingBlob, BlobRequest
from pithos_api.services.access.permissions import authorize
from pithos_api.services.containers.reading import read_container
from pithos_api.services.containers.sealing import open_sealed, require_sealed
from pithos_api.services.listings.attributed import (
    AttributedNames,
    count_names,
    list_deleted_names,
    list_names,
)
from pithos_api.services.objects.attributes import (
    Attributed,
    Attributes,
    NewObject,
    attributes_of,
    change_sealed,
    store_new,
)
from pithos_api.services.objects.batches import Arriving, find_batch, read_batch, store_batch
from pithos_api.services.objects.deleting import delete_object
from pithos_api.services.objects.large_objects.opening import Readable, open_readable
from pithos_api.values import Access, ContainerPath, ObjectPath, ObjectState, Right
from web.bodies.body import RequestBody
from web.bodies.pausing import keep
from web.bodies.records import Records
from web.errors import ConditionFailedError, NotFound
from web.reply import Piece

_DIRECTIONS: Final = {None: 0, "date": 1, "+date": 1, "-date": -1}
_OCTET_STREAM: Final = "application/octet-stream"


class StoredObjectBlobs:
    """The backend over the store: quotas, backups and checks see blobs as they see objects."""

    def read_blob(self, user: str, blob_id: str, request: BlobRequest, namespace: str = "") -> Blob:
        """Return a blob: see ``IBlobsBackend``."""
        found = _open(user, blob_id, namespace, request)
        return Blob(found.size, _tag(found.state), found.read)

    def write_blob(
        self, user: str, blob_id: str, request: BlobRequest, namespace: str = ""
    ) -> None:
        """Store a blob that is not there yet: see ``IBlobsBackend``."""
        path = _path(user, blob_id, namespace)
        access = _writable(request, path)
        ending = Ending.of(request.body())
        new = _new(request.flags, lambda: ending.tag)
        try:
            store_new(request.credentials, access, path, new, ending.body)
        except ConditionFailedError as error:
            raise BlobExistsError(blob_id) from error

    def delete_blob(self, user: str, blob_id: str, namespace: str = "") -> None:
        """Delete a blob: see ``IBlobsBackend``."""
        path = _path(user, blob_id, namespace)
        try:
            require_sealed(authorize(_owner(user), path, Right.OWN), path)
            delete_object(_owner(user), path)
        except NotFound as error:
            raise BlobNotFoundError(blob_id) from error

    def get_blob_size(self, user: str, blob_id: str, namespace: str = "") -> int:
        """Return a blob's size in bytes: see ``IBlobsBackend``."""
        return _open(user, blob_id, namespace).size

    def count(self, user: str, request: BlobRequest, namespace: str = "") -> int:
        """Return how many blobs there are: see ``IBlobsBackend``."""
        _require_own(request, user)
        prefix = f"{namespace}/" if namespace else ""
        return count_names(request.credentials, _place(user), prefix)

    def list_blobs(  # noqa: PLR0913, PLR0917 - the contract's
        self,
        user: str,
        request: BlobRequest,
        namespace: str = "",
        order_by: str | None = None,
        deleted: bool = False,
        filter_flag: str | None = None,
    ) -> str:
        """Return ids: see ``IBlobsBackend``."""
        _require_own(request, user)
        prefix = f"{namespace or DEFAULT_NAMESPACE}/"
        if deleted:
            names = list_deleted_names(request.credentials, _place(user), prefix)
        else:
            wanted = AttributedNames(DOMAIN, prefix, filter_flag, _DIRECTIONS[order_by])
            names = list_names(request.credentials, _place(user), wanted)
        return orjson.dumps([name.removeprefix(prefix) for name in names]).decode()

    def get_total_storage(self, user: str) -> int:
        """Return what all blobs take in KiB: see ``IBlobsBackend``."""
        try:
            return -(-read_container(_owner(user), _place(user)).byte_count // 1024)
        except NotFound:
            return 0

    def add_tag_header(
        self, user: str, blob_id: str, request: BlobRequest, namespace: str = ""
    ) -> None:
        """Tell a blob's tag: see ``IBlobsBackend``."""
        found = _open(user, blob_id, namespace, request)
        request.reply_headers.append(("Tag", _tag(found.state)))

    def get_flags(self, user: str, blob_id: str, request: BlobRequest, namespace: str = "") -> str:
        """Return a blob's flags: see ``IBlobsBackend``."""
        found = _open(user, blob_id, namespace, request)
        return orjson.dumps(attributes_of(found.state, DOMAIN).get("flags", [])).decode()

    def set_flags(
        self, user: str, blob_id: str, request: BlobRequest, namespace: str = ""
    ) -> str | None:
        """Replace a blob's flags: see ``IBlobsBackend``."""
        flags = read_flags(request.body())
        unknown = unknown_flag(flags)
        if unknown is not None:
            _open(user, blob_id, namespace, request)
            return f"{unknown[:40]!r} is not one of {', '.join(Flag)}"

        _require_own(request, user)

        def rule(state: ObjectState) -> Attributed:
            known: dict[str, Any] = dict(attributes_of(state, DOMAIN))
            known["reserved"] = reserved_at(blob_id, flags, known.get("reserved"))
            return Attributed({**known, "flags": flags})

        try:
            change_sealed(request.credentials, _path(user, blob_id, namespace), DOMAIN, rule)
        except NotFound as error:
            raise BlobNotFoundError(blob_id) from error
        return None

    def read_blobs(
        self, user: str, ids: Sequence[str], request: BlobRequest, namespace: str
    ) -> tuple[list[Blob], Iterator[Iterator[Piece]]]:
        """Return blobs and their bytes: see ``Streams``. One statement finds all of them."""
        _require_own(request, user)
        prefix = f"{namespace or DEFAULT_NAMESPACE}/"
        names = [prefix + each for each in ids]
        try:
            found = find_batch(request.credentials, _place(user), names, prefix)
        except NotFound:
            found = {}
        for each in ids:
            if prefix + each not in found:
                raise BlobNotFoundError(each)
        wanted = [found[name] for name in names]
        blobs = [Blob(each.size, str(each.domains[DOMAIN]["tag"]), _unread) for each in wanted]
        return blobs, read_batch([each.serial for each in wanted])

    def write_blobs(
        self, user: str, arriving: Sequence[ArrivingBlob], request: BlobRequest, namespace: str
    ) -> None:
        """Store blobs, all or none: see ``Streams``."""
        access = _writable(request, _path(user, "", namespace))
        names = [_path(user, each.id, namespace).name for each in arriving]
        there = find_batch(request.credentials, _place(user), names, f"{namespace}/")
        if there:
            raise BlobExistsError(min(there))
        body = request.body()
        cutting = Cutting.of(body)
        bodies = cutting.parts([each.size for each in arriving])
        objects = map(_arriving, bodies, names[cutting.done :], repeat(user))
        kept = keep(body.pausing, "blobs.kept", lambda: Records(body.pausing))
        try:
            store_batch(request.credentials, access, _place(user), objects, kept)
        except ConditionFailedError as error:
            raise BlobExistsError("of the stream") from error


def _place(user: str) -> ContainerPath:
    return ContainerPath(user, CONTAINER)


def _path(user: str, blob: str, namespace: str) -> ObjectPath:
    return ObjectPath(user, CONTAINER, f"{namespace or DEFAULT_NAMESPACE}/{blob}")


def _owner(user: str) -> Credentials:
    """Return credentials for what is asked without a request, whose caller was checked before."""
    return Credentials.signed_by(user, scope=None)


def _writable(request: BlobRequest, path: ObjectPath) -> Access:
    """Return what the caller may do in the container, which is made if it is not there."""
    access = request.access
    if access is None or not access.container:
        return open_sealed(request.credentials, path)
    require_sealed(access, path)
    return access


def _require_own(request: BlobRequest, user: str) -> None:
    """Make sure that the container is there for blobs, or not at all. Raises: NotSealedError."""
    access = request.access
    if access is not None and access.container:
        require_sealed(access, _place(user))


def _open(user: str, blob: str, namespace: str, request: BlobRequest | None = None) -> Readable:
    """Return a blob's object, for its owner alone. Raises: BlobNotFoundError, NotSealedError."""
    credentials = _owner(user)
    if request is not None:
        credentials = request.credentials
        _require_own(request, user)
    try:
        return open_readable(credentials, _path(user, blob, namespace))
    except NotFound as error:
        raise BlobNotFoundError(blob) from error


def _tag(state: ObjectState) -> str:
    return str(attributes_of(state, DOMAIN).get("tag", ""))


def _new(flags: Sequence[Flag], tag: Callable[[], str]) -> NewObject:
    """Return what a blob begins as. tag: asked for when all bytes are there."""
    created = time.time_ns() // 1000

    def attributes() -> Attributes:
        return {"tag": tag(), "flags": list(flags), "created": created}

    return NewObject(DOMAIN, attributes, _OCTET_STREAM)


def _arriving(body: RequestBody, name: str, user: str) -> Arriving:
    ending = Ending.of(body)
    return Arriving(ObjectPath(user, CONTAINER, name), _new((), lambda: ending.tag), ending.body)


def _unread(_: int, __: int) -> Iterator[Piece]:
    """Yield nothing: the bytes come in the stream."""
    return iter(())
