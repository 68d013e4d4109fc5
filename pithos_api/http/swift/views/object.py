from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.operations import objects
from pithos_api.http.operations.reading import get_hashmap, get_versions
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
from pithos_api.http.swift.authentication import object_credentials
from pithos_api.http.swift.operations import deleting, reading, writing
from pithos_api.http.swift.operations.archives import unpack
from pithos_api.http.swift.parsing import copies
from pithos_api.http.swift.parsing.archives import PARAMETER, read_archive
from pithos_api.http.swift.parsing.manifests import (
    is_manifest_request,
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
)
from pithos_api.http.swift.parsing.signed import (
    is_form,
    is_signed,
    read_form_below,
    read_signed,
)
from pithos_api.http.swift.parsing.symlinks import names_symlink, read_symlink
from pithos_api.http.swift.parsing.versions import (
    VERSION,
    named_version,
    read_restoration,
)
from pithos_api.http.swift.rendering.documents import as_page
from pithos_api.http.swift.views.base import ScriptableView
from pithos_api.http.swift.views.form_post import store_files
from pithos_api.http.swift.websites.pages import show_object
from pithos_api.http.swift.websites.requests import (
    read_signed_visit,
    read_visit,
    visits,
    visits_by_signature,
)
from pithos_api.services.objects.small.deleting import own_deletion
from pithos_api.services.objects.small.reading import own_content, own_head
from pithos_api.services.objects.small.uploading import own_upload
from pithos_api.values import ObjectPath
from web.reply import Reply

_OWN_COPY = general.read_copy
_OWN_UPDATE = updates.read_data_update
_OF_DATA = both(has_header("Content-Range"), has_type(OCTET_STREAM))
_UPDATE = updates.read_metadata_update
_FROM, _TO = copies_from(copies.source_of), copies_to(copies.destination_of)
_MOVES_FROM, _MOVES_TO = copies_from(general.source_of), copies_to(general.destination_of)

# What only Pithos' own headers and parameters ask for is the same here.
OPERATIONS = Table[ObjectPath](
    Operation("HEAD", visits_by_signature, read_signed_visit, show_object, reads),
    Operation("HEAD", is_signed, read_signed, reading.head_signed, reads),
    Operation(
        "HEAD", is_manifest_request("get"), read_manifest_itself, reading.head_manifest, reads
    ),
    Operation("HEAD", visits, read_visit, show_object, reads),
    Operation("HEAD", always, read_object, reading.head, reads, own_head),
    Operation("GET", visits_by_signature, read_signed_visit, show_object, reads),
    Operation("GET", is_signed, read_signed, reading.get_signed, reads),
    Operation("GET", is_manifest_request("get"), read_manifest_itself, reading.get_manifest, reads),
    Operation("GET", has_value("version", "list"), read_list, get_versions, reads_history),
    Operation("GET", has_parameter("hashmap"), read_list, get_hashmap, reads),
    Operation("GET", visits, read_visit, show_object, reads),
    Operation("GET", always, read_object, reading.get, reads, own_content),
    Operation("PUT", has_parameter(PARAMETER), read_archive, unpack, nothing),
    Operation("PUT", names_symlink, read_symlink, writing.put_symlink, writes),
    Operation("PUT", has_parameter(VERSION), read_restoration, writing.restore, restores),
    Operation(
        "PUT", has_header("X-Move-From"), general.read_move_into, objects.move_into, _MOVES_FROM
    ),
    Operation(
        "PUT", has_filled_header("X-Copy-From"), copies.read_copy_into, writing.copy_into, _FROM
    ),
    Operation("PUT", has_parameter("hashmap"), read_map_upload, objects.put_hashmap, writes),
    Operation(
        "PUT", is_manifest_request("put"), read_manifest_upload, writing.put_manifest, writes
    ),
    Operation("PUT", always, read_upload, writing.put, writes, own_upload),
    Operation("POST", is_form, read_form_below, store_files, nothing),
    Operation(
        "POST", has_header("X-Source-Object"), _OWN_UPDATE, objects.post_source, rewrites_from
    ),
    Operation("POST", _OF_DATA, _OWN_UPDATE, objects.post_data, rewrites),
    Operation("POST", has_header("Content-Range"), _UPDATE, objects.post_metadata, writes),
    Operation("POST", always, read_object_change, as_page(writing.post), writes),
    Operation("COPY", always, copies.read_copy, writing.copy, _TO),
    Operation("MOVE", always, general.read_copy, objects.move, _MOVES_TO),
    Operation(
        "DELETE", has_parameter(VERSION), named_version, as_page(deleting.delete_version), owns
    ),
    Operation(
        "DELETE",
        is_manifest_request("delete"),
        read_manifest_deletion,
        deleting.delete_whole,
        deletes_whole,
    ),
    Operation("DELETE", has_parameter("until"), read_purge, objects.purge, owns),
    Operation("DELETE", has_text("delimiter"), read_deletion, objects.delete_folder, owns),
    Operation("DELETE", always, read_deletion, as_page(deleting.delete), deletes, own_deletion),
    caller=object_credentials,
    of_writes=refuse_of_object,
    reading=with_raw_headers,
)


class SwiftObjectView(ScriptableView):
    """``/v1/AUTH_A/C/O``; what only Pithos' own parameters and headers ask for is the same."""

    operations = OPERATIONS

    def head(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200 with the object's headers, 304; errors 400 401 403 404 409 412."""
        return OPERATIONS.perform(request, object_path(account, container, name))

    def get(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200, 206, 304; errors as HEAD and 409 416 503."""
        return OPERATIONS.perform(request, object_path(account, container, name))

    def put(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and Last-Modified.

        Errors 400 401 403 404 408 409 411 412 413 422 507.
        """
        return OPERATIONS.perform(request, object_path(account, container, name))

    def post(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """202, all metadata replaced, 307 for a symlink; data as Pithos' headers say.

        201 or 303 for a form.
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
