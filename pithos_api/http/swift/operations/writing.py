"""Storing objects: of a body, of segments, as copies, and as a version again."""

from pithos_api.http.operations import objects
from pithos_api.http.operations.table import Call
from pithos_api.http.rendering.outcomes import created, created_large
from pithos_api.http.swift.parsing import copies
from pithos_api.http.swift.parsing.manifests import ManifestUpload
from pithos_api.http.swift.parsing.segments import read_segments
from pithos_api.http.swift.rendering.heads import copied_from, tells_version
from pithos_api.http.swift.rendering.places import place_of
from pithos_api.http.swift.rendering.reports import heartbeat_reply
from pithos_api.services.objects import updating, writing
from pithos_api.services.objects.large_objects import static_large_objects
from pithos_api.services.objects.large_objects.joined_copies import copy_readable
from pithos_api.services.objects.symlinks.storing import store_symlink
from pithos_api.services.objects.versions.archiving import archived
from pithos_api.values import ObjectPath, Published
from pithos_api.values.requests import Copy, MetadataUpdate, Upload
from web.errors import InvalidRequest
from web.reply import Reply

_APPLIED = (
    b"The requested POST was applied to a symlink. POST directly to the target to apply requested"
    b" metadata."
)


class SymlinkWithBodyError(InvalidRequest):
    """A PUT makes a symlink, and brings bytes."""

    def __init__(self) -> None:
        super().__init__("Symlink requests require a zero byte body")


def put(call: Call[ObjectPath, Upload]) -> Reply:
    """Store the body as the object."""
    return tells_version(created(archived(call.path, objects.stored_data(call))))


def put_symlink(call: Call[ObjectPath, Upload]) -> Reply:
    """Store a symlink, which has no bytes of its own."""
    objects.refuse_body(call, SymlinkWithBodyError)
    stored = store_symlink(call.credentials, call.path, call.wanted)
    return tells_version(created(archived(call.path, stored)))


def post(call: Call[ObjectPath, MetadataUpdate]) -> Reply:
    """Change what is said of the object; of a symlink, and tell where it leads to."""
    state = updating.update_metadata(call.credentials, call.path, call.wanted)
    symlink = state.version.details.symlink
    if symlink is None:
        return Reply(202)
    return Reply(307, [("Location", place_of(symlink.leads_from(call.path.account)))], _APPLIED)


def put_manifest(call: Call[ObjectPath, ManifestUpload]) -> Reply:
    """Store a static large object of the segments that the body lists."""
    credentials, path, upload = call.credentials, call.path, call.wanted.upload
    writing.begin_write(credentials, path, upload.conditions)  # before the body is read
    listed = read_segments(call.body(), path)

    def store() -> Published:
        stored = static_large_objects.store_segment_list(credentials, path, upload, listed)
        return archived(path, stored)

    if call.wanted.heartbeat:
        return heartbeat_reply(call.wanted.form, store)
    return tells_version(created_large(store()))


def copy(call: Call[ObjectPath, copies.SwiftCopy]) -> Reply:
    """Copy a manifest as what it reads as, unless it is itself asked for."""
    credentials, copy = call.credentials, call.wanted.copy
    joins = not call.wanted.of_manifest and not copy.delimiter
    stored = archived(copy.destination, copy_readable(credentials, copy, joins=joins))
    reply = tells_version(created(stored))
    reply.headers += copied_from(copy.source)
    return reply


def copy_into(call: Call[ObjectPath, copies.SwiftCopy]) -> Reply:
    """Copy to the object by a PUT, which has an empty body."""
    objects.refuse_body(call)
    return copy(call)


def restore(call: Call[ObjectPath, Copy]) -> Reply:
    """Make a version the current one, by reference: it is the newest from then on."""
    objects.refuse_body(call)
    stored = copy_readable(call.credentials, call.wanted, joins=False)
    return tells_version(created(archived(call.path, stored)))
