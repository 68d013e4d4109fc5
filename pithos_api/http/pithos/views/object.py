from functools import partial

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.operations import objects, reading
from pithos_api.http.operations.rights import (
    copies_from,
    copies_to,
    owns,
    reads,
    reads_history,
    rewrites,
    rewrites_from,
    writes,
)
from pithos_api.http.operations.table import (
    Call,
    Operation,
    Table,
    always,
    has_header,
    has_parameter,
    has_text,
    has_type,
    has_value,
)
from pithos_api.http.parsing import copies, deletions
from pithos_api.http.parsing.encoded_headers import with_decoded_headers
from pithos_api.http.parsing.objects import (
    OCTET_STREAM,
    read_form_type,
    read_map_upload,
    read_upload,
)
from pithos_api.http.parsing.paths import object_path
from pithos_api.http.parsing.reading import read_list, read_object
from pithos_api.http.parsing.updates import read_data_update, read_metadata_update
from pithos_api.http.parsing.versions import refuse_version
from pithos_api.http.pithos.authentication import object_credentials
from pithos_api.http.pithos.parsing.deletions import read_deletion
from pithos_api.http.pithos.views.base import PithosView
from pithos_api.http.pithos.views.links import post_object_link, read_nothing
from pithos_api.http.pithos.views.signed_urls import post_signed_url
from pithos_api.http.rendering.delivery import with_safe_delivery
from pithos_api.services.objects.large_objects.opening import describe, open_readable
from pithos_api.services.objects.small.deleting import own_deletion
from pithos_api.services.objects.small.reading import own_content, own_head
from pithos_api.services.objects.small.uploading import own_upload
from pithos_api.values import ObjectPath, Right
from pithos_api.values.requests import ReadObject
from web.bodies.data import data_reply, head_reply
from web.bodies.multipart import MEDIA_TYPE
from web.reply import Reply


def _head(call: Call[ObjectPath, ReadObject]) -> Reply:
    state = describe(call.credentials, call.path, reading.version_of(call, call.wanted))
    headers = with_safe_delivery(state, call.wanted.disposition, call.origin)
    return head_reply(call.wanted, state, headers)


def _get(call: Call[ObjectPath, ReadObject]) -> Reply:
    source = open_readable(call.credentials, call.path, reading.version_of(call, call.wanted))
    headers = with_safe_delivery(source.state, call.wanted.disposition, call.origin)
    return data_reply(call.wanted, source, headers)


_FROM = copies_from(copies.source_of)
_TO = copies_to(copies.destination_of)

_DELETE = partial(objects.delete, least=Right.OWN)

OPERATIONS = Table[ObjectPath](
    Operation("HEAD", always, read_object, _head, reads, own_head),
    Operation("GET", has_value("version", "list"), read_list, reading.get_versions, reads_history),
    Operation("GET", has_parameter("hashmap"), read_list, reading.get_hashmap, reads),
    Operation("GET", always, read_object, _get, reads, own_content),
    Operation("PUT", has_header("X-Copy-From"), copies.read_copy_into, objects.copy_into, _FROM),
    Operation("PUT", has_header("X-Move-From"), copies.read_move_into, objects.move_into, _FROM),
    Operation("PUT", has_parameter("hashmap"), read_map_upload, objects.put_hashmap, writes),
    Operation("PUT", always, read_upload, objects.put_data, writes, own_upload),
    Operation("POST", has_parameter("link"), read_nothing, post_object_link, owns),
    Operation("POST", has_parameter("signed-url"), read_nothing, post_signed_url, reads),
    Operation("POST", has_type(MEDIA_TYPE), read_form_type, objects.post_form, writes),
    Operation(
        "POST",
        has_header("X-Source-Object"),
        read_data_update,
        objects.post_source,
        rewrites_from,
    ),
    Operation("POST", has_type(OCTET_STREAM), read_data_update, objects.post_data, rewrites),
    Operation("POST", always, read_metadata_update, objects.post_metadata, writes),
    Operation("COPY", always, copies.read_copy, objects.copy, _TO),
    Operation("MOVE", always, copies.read_copy, objects.move, _TO),
    Operation("DELETE", has_parameter("until"), deletions.read_purge, objects.purge, owns),
    Operation("DELETE", has_text("delimiter"), read_deletion, objects.delete_folder, owns),
    Operation("DELETE", always, read_deletion, _DELETE, owns, own_deletion),
    caller=object_credentials,
    of_writes=refuse_version,
    reading=with_decoded_headers,
)


class ObjectView(PithosView):
    """``/v1/A/C/O`` (contract §2.4)."""

    operations = OPERATIONS

    def head(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200 with the object's headers, 304; errors 400 401 403 404 409 412."""
        return OPERATIONS.perform(request, object_path(account, container, name))

    def get(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200, 206, 304; errors as HEAD and 416 503."""
        return OPERATIONS.perform(request, object_path(account, container, name))

    def put(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and X-Object-Version.

        Errors 400 401 403 404 408 409 411 412 413 422 507.
        """
        return OPERATIONS.perform(request, object_path(account, container, name))

    def post(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """202 for metadata, 204 for data, 201 for a form, a link or a signed URL.

        Errors 400 401 403 404 408 409 411 412 413 416 507.
        """
        return OPERATIONS.perform(request, object_path(account, container, name))

    def copy(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and X-Object-Version; errors 400 401 403 404 409 412 413."""
        return OPERATIONS.perform(request, object_path(account, container, name))

    def move(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and X-Object-Version; errors as COPY."""
        return OPERATIONS.perform(request, object_path(account, container, name))

    def delete(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """204, with ``until`` only old history goes; errors 400 401 403 404 412."""
        return OPERATIONS.perform(request, object_path(account, container, name))
