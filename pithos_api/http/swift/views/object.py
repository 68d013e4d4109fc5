from dataclasses import replace

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import NotStaticError
from pithos_api.http.operations import objects, reading
from pithos_api.http.operations.rights import (
    copies_from,
    copies_to,
    deletes,
    deletes_whole,
    nothing,
    owns,
    reads,
    reads_history,
    restores,
    rewrites,
    rewrites_from,
    writes,
)
from pithos_api.http.operations.table import (
    Call,
    Operation,
    Table,
    always,
    both,
    has_filled_header,
    has_header,
    has_parameter,
    has_text,
    has_type,
    has_value,
)
from pithos_api.http.parsing import copies as general
from pithos_api.http.parsing import updates
from pithos_api.http.parsing.deletions import read_deletion, read_purge
from pithos_api.http.parsing.objects import OCTET_STREAM, read_map_upload
from pithos_api.http.parsing.paths import object_path
from pithos_api.http.parsing.reading import read_list
from pithos_api.http.rendering.outcomes import created, created_large
from pithos_api.http.swift.authentication import object_credentials, require_signed_parts
from pithos_api.http.swift.parsing import copies
from pithos_api.http.swift.parsing.manifests import (
    ManifestDeletion,
    ManifestRead,
    ManifestUpload,
    is_manifest_request,
    raw_list,
    read_manifest_deletion,
    read_manifest_itself,
    read_manifest_upload,
)
from pithos_api.http.swift.parsing.other_dialect import refuse_of_object
from pithos_api.http.swift.parsing.raw_headers import with_raw_headers
from pithos_api.http.swift.parsing.reading import read_object
from pithos_api.http.swift.parsing.requests import (
    read_object_change,
    read_upload,
    refuse_links,
)
from pithos_api.http.swift.parsing.segments import read_segments
from pithos_api.http.swift.parsing.signed import (
    SignedRead,
    is_form,
    is_signed,
    read_form_below,
    read_signed,
)
from pithos_api.http.swift.parsing.versions import (
    VERSION,
    named_version,
    read_restoration,
)
from pithos_api.http.swift.rendering.documents import as_page
from pithos_api.http.swift.rendering.heads import (
    copied_from,
    describe_manifest,
    describe_object,
    describe_stored,
    tells_version,
    version_id,
)
from pithos_api.http.swift.rendering.reports import heartbeat_reply
from pithos_api.http.swift.rendering.signed_urls import signed_headers
from pithos_api.http.swift.views import bulk
from pithos_api.http.swift.views.base import ScriptableView
from pithos_api.http.swift.views.form_post import store_files
from pithos_api.services.objects import deleting, writing
from pithos_api.services.objects import reading as stored
from pithos_api.services.objects.large_objects import static_large_objects
from pithos_api.services.objects.large_objects.joined_copies import copy_readable
from pithos_api.services.objects.large_objects.opening import (
    Readable,
    as_stored,
    describe,
    open_readable,
    open_stored,
)
from pithos_api.services.objects.large_objects.parts import Viewer
from pithos_api.services.objects.versions.archiving import archived, delete_archived
from pithos_api.values import ObjectPath, ObjectState, Published, Right
from pithos_api.values.requests import Copy, Deletion, ReadObject, Upload
from web.bodies.data import data_reply, head_reply
from web.reply import Reply
from web.views import nowhere


def _head(call: Call[ObjectPath, ReadObject]) -> Reply:
    wanted = call.wanted
    state = describe(call.credentials, call.path, wanted.version)
    return head_reply(wanted, state, describe_object(state, wanted.disposition, call.origin))


def _get(call: Call[ObjectPath, ReadObject]) -> Reply:
    wanted = call.wanted
    source = open_readable(call.credentials, call.path, wanted.version)
    headers = describe_object(source.state, wanted.disposition, call.origin)
    return data_reply(wanted, source, headers)


def _head_signed(call: Call[ObjectPath, SignedRead]) -> Reply:
    state = describe(call.credentials, call.path)
    require_signed_parts(call.credentials, state)
    return head_reply(call.wanted.wanted, state, _signed(call.wanted, state))


def _get_signed(call: Call[ObjectPath, SignedRead]) -> Reply:
    source = open_readable(call.credentials, call.path)
    require_signed_parts(call.credentials, source.state)
    return data_reply(call.wanted.wanted, source, _signed(call.wanted, source.state))


def _signed(wanted: SignedRead, state: ObjectState) -> list[tuple[str, str]]:
    headers = describe_object(state, wanted.wanted.disposition, nowhere)
    return signed_headers(wanted, state, headers)


def _head_manifest(call: Call[ObjectPath, ManifestRead]) -> Reply:
    source, headers = _manifest_itself(call, content=False)
    return head_reply(call.wanted.wanted, source.state, headers)


def _get_manifest(call: Call[ObjectPath, ManifestRead]) -> Reply:
    source, headers = _manifest_itself(call, content=True)
    return data_reply(call.wanted.wanted, source, headers)


def _manifest_itself(
    call: Call[ObjectPath, ManifestRead], *, content: bool
) -> tuple[Readable, list[tuple[str, str]]]:
    """Return a manifest as it is stored, or as a PUT takes it, and its headers."""
    wanted = call.wanted.wanted
    state = open_stored(call.credentials, call.path, wanted.version, content=content)
    if call.wanted.raw and state.version.details.segmented:
        source = raw_list(state)
        return source, describe_stored(source.state, wanted.disposition, call.origin)
    return as_stored(state), describe_manifest(state, wanted.disposition, call.origin)


def _put_manifest(call: Call[ObjectPath, ManifestUpload]) -> Reply:
    credentials, path, upload = call.credentials, call.path, call.wanted.upload
    writing.begin_write(credentials, path, upload.conditions)  # before the body is read
    listed = read_segments(call.body(), path)

    def store() -> Published:
        stored = static_large_objects.store_segment_list(credentials, path, upload, listed)
        return archived(path, stored)

    if call.wanted.heartbeat:
        return heartbeat_reply(call.wanted.form, store)
    return tells_version(created_large(store()))


def _copy(call: Call[ObjectPath, copies.SwiftCopy]) -> Reply:
    """Copy a manifest as what it reads as, unless it is itself asked for."""
    credentials, copy = call.credentials, call.wanted.copy
    joins = not call.wanted.of_manifest and not copy.delimiter
    stored = archived(copy.destination, copy_readable(credentials, copy, joins=joins))
    reply = tells_version(created(stored))
    reply.headers += copied_from(copy.source)
    return reply


def _copy_into(call: Call[ObjectPath, copies.SwiftCopy]) -> Reply:
    objects.refuse_body(call)
    return _copy(call)


def _put(call: Call[ObjectPath, Upload]) -> Reply:
    stored = writing.store_object(call.credentials, call.path, call.wanted, call.body())
    return tells_version(created(archived(call.path, stored)))


def _delete(call: Call[ObjectPath, Deletion]) -> Reply:
    """Delete the object; the reply names the deletion as a version."""
    conditions = call.wanted.conditions
    return Reply(204, [version_id(delete_archived(call.credentials, call.path, conditions))])


def _delete_version(call: Call[ObjectPath, int]) -> Reply:
    """Delete a version for good."""
    was_current = deleting.delete_version(call.credentials, call.path, call.wanted)
    current = [("X-Object-Current-Version-Id", "null")] if was_current else []
    return Reply(204, [version_id(call.wanted), *current])


def _restore(call: Call[ObjectPath, Copy]) -> Reply:
    """Make a version the current one, by reference: it is the newest from then on."""
    objects.refuse_body(call)
    stored = copy_readable(call.credentials, call.wanted, joins=False)
    return tells_version(created(archived(call.path, stored)))


def _delete_whole(call: Call[ObjectPath, ManifestDeletion]) -> Reply:
    """Delete a static large object and its segments, and count."""
    credentials, conditions = call.credentials, call.wanted.conditions
    state = stored.open_object(credentials, call.path, Right.READ | Right.DELETE)
    if state.version.details.segmented is None:
        raise NotStaticError(call.path.name)
    viewer = Viewer(state.access.actor, credentials)
    paths = static_large_objects.segment_paths(viewer, state, bulk.MAX_DELETES)
    if conditions is None:
        return bulk.delete_all(credentials, [*paths, state.path]).reply(call.wanted.form)
    # The manifest goes first: no segment does unless it is still the one that was read.
    fixed = replace(conditions, serial=state.version.serial)
    deleting.delete_object(credentials, state.path, fixed, Right.DELETE)
    outcome = bulk.delete_all(credentials, paths)
    outcome.done += 1
    return outcome.reply(call.wanted.form)


_OWN_COPY = general.read_copy
_OWN_UPDATE = updates.read_data_update
_OF_DATA = both(has_header("Content-Range"), has_type(OCTET_STREAM))
_UPDATE = updates.read_metadata_update
_FROM, _TO = copies_from(copies.source_of), copies_to(copies.destination_of)
_MOVES_FROM, _MOVES_TO = copies_from(general.source_of), copies_to(general.destination_of)

# What only Pithos' own headers and parameters ask for is the same here.
OPERATIONS = Table[ObjectPath](
    Operation("HEAD", is_signed, read_signed, _head_signed, reads),
    Operation("HEAD", is_manifest_request("get"), read_manifest_itself, _head_manifest, reads),
    Operation("HEAD", always, read_object, _head, reads),
    Operation("GET", is_signed, read_signed, _get_signed, reads),
    Operation("GET", is_manifest_request("get"), read_manifest_itself, _get_manifest, reads),
    Operation("GET", has_value("version", "list"), read_list, reading.get_versions, reads_history),
    Operation("GET", has_parameter("hashmap"), read_list, reading.get_hashmap, reads),
    Operation("GET", always, read_object, _get, reads),
    Operation("PUT", has_parameter(VERSION), read_restoration, _restore, restores),
    Operation(
        "PUT", has_header("X-Move-From"), general.read_move_into, objects.move_into, _MOVES_FROM
    ),
    Operation("PUT", has_header("X-Symlink-Target"), refuse_links, objects.put_data, writes),
    Operation("PUT", has_filled_header("X-Copy-From"), copies.read_copy_into, _copy_into, _FROM),
    Operation("PUT", has_parameter("hashmap"), read_map_upload, objects.put_hashmap, writes),
    Operation("PUT", is_manifest_request("put"), read_manifest_upload, _put_manifest, writes),
    Operation("PUT", always, read_upload, _put, writes),
    Operation("POST", is_form, read_form_below, store_files, nothing),
    Operation(
        "POST", has_header("X-Source-Object"), _OWN_UPDATE, objects.post_source, rewrites_from
    ),
    Operation("POST", _OF_DATA, _OWN_UPDATE, objects.post_data, rewrites),
    Operation("POST", has_header("Content-Range"), _UPDATE, objects.post_metadata, writes),
    Operation("POST", always, read_object_change, as_page(objects.post_metadata), writes),
    Operation("COPY", always, copies.read_copy, _copy, _TO),
    Operation("MOVE", always, general.read_copy, objects.move, _MOVES_TO),
    Operation("DELETE", has_parameter(VERSION), named_version, as_page(_delete_version), owns),
    Operation(
        "DELETE",
        is_manifest_request("delete"),
        read_manifest_deletion,
        _delete_whole,
        deletes_whole,
    ),
    Operation("DELETE", has_parameter("until"), read_purge, objects.purge, owns),
    Operation("DELETE", has_text("delimiter"), read_deletion, objects.delete_folder, owns),
    Operation("DELETE", always, read_deletion, as_page(_delete), deletes),
    caller=object_credentials,
    of_writes=refuse_of_object,
    reading=with_raw_headers,
)


class SwiftObjectView(ScriptableView):
    """``/v1/AUTH_A/C/O``; what only Pithos' own parameters and headers ask for is the same."""

    reads_objects = True

    def head(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200 with the object's headers, 304; errors 400 401 403 404 412."""
        return OPERATIONS.perform(request, object_path(account, container, name))

    def get(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200, 206, 304; errors as HEAD and 409 416 503."""
        return OPERATIONS.perform(request, object_path(account, container, name))

    def put(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and Last-Modified.

        Errors 400 401 403 404 408 411 412 413 422 507.
        """
        return OPERATIONS.perform(request, object_path(account, container, name))

    def post(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """202, all metadata replaced; data as Pithos' headers say; 201 or 303 for a form.

        Errors 400 401 403 404 408 412 413 507.
        """
        return OPERATIONS.perform(request, object_path(account, container, name))

    def copy(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and Last-Modified; errors 400 401 403 404 409 412 413."""
        return OPERATIONS.perform(request, object_path(account, container, name))

    def move(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and Last-Modified; errors as COPY."""
        return OPERATIONS.perform(request, object_path(account, container, name))

    def delete(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """204; 200 with what came of it for a manifest and its segments.

        Errors 400 401 403 404 409 412.
        """
        return OPERATIONS.perform(request, object_path(account, container, name))
