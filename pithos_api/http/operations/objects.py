"""Operations on objects that both dialects have. Each makes one reply of one parsed value."""

from collections.abc import Callable
from typing import TypeVar

from pithos_api.http.bodies.forms import least_size, open_form
from pithos_api.http.bodies.hashmaps import read_hashmap
from pithos_api.http.operations.table import Call
from pithos_api.http.parsing.objects import RESPOND_ASYNC
from pithos_api.http.rendering.outcomes import created, published
from pithos_api.services.access import permissions
from pithos_api.services.containers import quotas
from pithos_api.services.objects import copying, deleting, hashmaps, updating, writing
from pithos_api.services.objects.large_objects.joined_copies import copy_readable
from pithos_api.services.objects.small.writing import stored_with_others
from pithos_api.values import ObjectPath, Published, Right
from pithos_api.values.requests import (
    Copy,
    DataUpdate,
    Deletion,
    MapUpload,
    MetadataUpdate,
    Purge,
    Upload,
)
from web.errors import InvalidRequest
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply

V = TypeVar("V")


class CopyWithBodyError(InvalidRequest):
    """A PUT copies or moves an object, and brings bytes itself."""

    def __init__(self) -> None:
        super().__init__("a copy or move takes no body: its bytes are those of the source")


def put_data(call: Call[ObjectPath, Upload]) -> Reply:
    """Store the body as the object."""
    return created(stored_data(call))


def stored_data(call: Call[ObjectPath, Upload]) -> Published:
    """Store the body as the object, unless that was done with other requests.

    Raises: as ``stored_with_others`` and ``store_object``; NoLengthError, InvalidLengthError.
    """
    credentials, path, upload = call.credentials, call.path, call.wanted
    stored = stored_with_others(credentials, path, upload)
    if stored is None:
        stored = writing.store_object(credentials, path, upload, call.body())
    return stored


def put_hashmap(call: Call[ObjectPath, MapUpload]) -> Reply:
    """Store an object of blocks that the body names.

    Whether the caller may is asked before a body is waited for. Who prefers ``respond-async`` is
    told if the MD5 is made later (RFC 7240 §3).
    """
    credentials, path, wanted = call.credentials, call.path, call.wanted
    body = call.body()
    if not body.at_hand:
        permissions.authorize(credentials, path, Right.WRITE)
    hashmap = read_hashmap(body, wanted.form)
    stored = hashmaps.store_hashmap(credentials, path, wanted, hashmap)
    reply = created(stored)
    if wanted.later and not stored.has_md5:
        reply.headers.append(("Preference-Applied", RESPOND_ASYNC))
    return reply


def copy(call: Call[ObjectPath, Copy]) -> Reply:
    """Copy the object, or to it."""
    return created(copy_readable(call.credentials, call.wanted, joins=False))


def move(call: Call[ObjectPath, Copy]) -> Reply:
    """Move the object, or to it."""
    return created(copying.move_object(call.credentials, call.wanted))


def copy_into(call: Call[ObjectPath, Copy]) -> Reply:
    """Copy to the object by a PUT, which has an empty body."""
    refuse_body(call)
    return copy(call)


def move_into(call: Call[ObjectPath, Copy]) -> Reply:
    """Move to the object by a PUT; else as ``copy_into``."""
    refuse_body(call)
    return move(call)


def refuse_body(
    call: Call[ObjectPath, V], refusal: Callable[[], InvalidRequest] = CopyWithBodyError
) -> None:
    """Refuse bytes that would be lost, as something else is stored at the path.

    Raises: ``refusal``; NoLengthError, InvalidLengthError.
    """
    body = call.body()
    if body.length is None:  # chunks must be read to know; of a stranger nothing is
        permissions.authorize_path(call.credentials, call.path, Right.WRITE)
        has_bytes = body.readinto(memoryview(bytearray(1))) > 0
    else:
        has_bytes = body.length > 0
    if has_bytes:
        raise refusal()


def post_form(call: Call[ObjectPath, str]) -> Reply:
    """Store the file of a form; a quota that is too small for it is told before it is read."""
    credentials, path = call.credentials, call.path
    access = permissions.authorize(credentials, path, Right.WRITE)
    body = call.body()
    quotas.refuse_overflow(access, path, least_size(body))
    upload, file = open_form(body, call.wanted)
    stored = writing.store_object(credentials, path, upload, file)
    headers = [*published(stored), ("Content-Type", CONTENT_TYPES[Format.TEXT])]
    return Reply(201, headers, stored.etag.hex().encode())


def post_data(call: Call[ObjectPath, DataUpdate]) -> Reply:
    """Write the body into the object."""
    body = call.body()
    stored = updating.update_data(call.credentials, call.path, call.wanted, body)
    return Reply(204, published(stored))


def post_source(call: Call[ObjectPath, DataUpdate]) -> Reply:
    """Write another object's bytes into the object."""
    return Reply(204, published(updating.update_data(call.credentials, call.path, call.wanted)))


def post_metadata(call: Call[ObjectPath, MetadataUpdate]) -> Reply:
    """Change what is said of the object."""
    updating.update_metadata(call.credentials, call.path, call.wanted)
    return Reply(202)


def delete(call: Call[ObjectPath, Deletion], least: Right) -> Reply:
    """Delete the object. least: the right that this takes."""
    deleting.delete_object(call.credentials, call.path, call.wanted.conditions, least)
    return Reply(204)


def delete_folder(call: Call[ObjectPath, Deletion]) -> Reply:
    """Delete the object and all below it."""
    wanted = call.wanted
    deleting.delete_folder(call.credentials, call.path, wanted.delimiter, wanted.conditions)
    return Reply(204)


def purge(call: Call[ObjectPath, Purge]) -> Reply:
    """Forget history of the object."""
    deleting.purge_object(call.credentials, call.path, call.wanted.until)
    return Reply(204)
