from dataclasses import replace

from django.core.handlers.wsgi import WSGIRequest

from accounts.credentials import Credentials
from pithos_api.errors import NotStaticError
from pithos_api.http.conditions import delete_conditions, write_conditions
from pithos_api.http.headers import header
from pithos_api.http.inputs.objects import read_upload
from pithos_api.http.names import container_path, object_path
from pithos_api.http.negotiation import CONTENT_TYPES, Format
from pithos_api.http.reply import Reply
from pithos_api.http.swift import bulk
from pithos_api.http.swift.authentication import (
    is_signed,
    reader_credentials,
    signed_credentials,
)
from pithos_api.http.swift.base import ScriptableView
from pithos_api.http.swift.copies import read_copy, read_copy_into
from pithos_api.http.swift.forms import is_form, store_files
from pithos_api.http.swift.inputs import META_LIMIT, read_object_change, refuse_links
from pithos_api.http.swift.manifests import manifest_verb, raw_list, read_manifest
from pithos_api.http.swift.outputs import timestamp
from pithos_api.http.swift.signed import signed_headers
from pithos_api.http.views.data import as_stored, data_reply, head_reply
from pithos_api.http.views.object import ObjectView, created, open_state
from pithos_api.services import copies, deletions, downloads, segments, updates, uploads
from pithos_api.services.copies import Copy
from pithos_api.services.joined_copies import copy_joined
from pithos_api.values import DeleteConditions, ObjectPath, ObjectState, Right

Headers = list[tuple[str, str]]


class SwiftObjectView(ScriptableView, ObjectView):
    """``/v1/AUTH_A/C/O``; what only Pithos' own parameters and headers ask for is the same."""

    def credentials(self, request: WSGIRequest, *names: str) -> Credentials:
        """Return what the request shows for itself, or what its signed URL gives.

        Raises: as ``credentials_of`` and ``signed_credentials``.
        """
        if is_signed(request):
            return signed_credentials(request, object_path(*names))
        return reader_credentials(request)

    def describe(self, request: WSGIRequest, state: ObjectState) -> Headers:
        """Return the headers of HEAD and GET, without Content-Length."""
        headers = super().describe(request, state)
        headers.append(timestamp(state.last_change))
        if downloads.is_manifest(state):
            headers[0] = ("ETag", f'"{state.version.etag.hex()}"')
        return signed_headers(request, state, headers) if is_signed(request) else headers

    def head(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200 with the object's headers, 304; errors 400 401 403 404 412."""
        if manifest_verb(request) != "get":
            return super().head(request, account, container, name)
        credentials = self.credentials(request, account, container, name)
        state = open_state(request, credentials, object_path(account, container, name))
        return head_reply(request, state, self._describe_manifest(request, state))

    def get(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200, 206, 304; errors as HEAD and 409 416 503."""
        if manifest_verb(request) != "get":
            return super().get(request, account, container, name)
        credentials = self.credentials(request, account, container, name)
        path = object_path(account, container, name)
        state = open_state(request, credentials, path, content=True)
        headers = self._describe_manifest(request, state)
        if request.GET.get("format") == "raw" and state.version.details.segmented:
            return Reply(200, headers, raw_list(state))
        return data_reply(request, as_stored(state), headers)

    def _describe_manifest(self, request: WSGIRequest, state: ObjectState) -> Headers:
        """Return the headers of a manifest itself: the list of a static one is JSON."""
        headers = [*super().describe(request, state), timestamp(state.last_change)]
        if state.version.details.segmented is None:
            return headers
        headers = [field for field in headers if field[0] != "Content-Type"]
        return [*headers, ("Content-Type", CONTENT_TYPES[Format.JSON])]

    def put(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and Last-Modified.

        Errors 400 401 403 404 408 411 412 413 422 507.
        """
        if "hashmap" in request.GET or header(request, "X-Move-From") is not None:
            return super().put(request, account, container, name)
        credentials = self.credentials(request, account, container, name)
        path = object_path(account, container, name)
        refuse_links(request)
        copy = read_copy_into(request, path)
        if copy is not None:
            return self._copy(request, credentials, copy)
        if manifest_verb(request) == "put":
            return _put_manifest(request, credentials, path)
        upload = read_upload(request, name, META_LIMIT)
        return created(uploads.store_object(credentials, path, upload))

    def post(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """202, all metadata replaced; data as Pithos' headers say; 201 or 303 for a form.

        Errors 400 401 403 404 408 412 413 507.
        """
        if is_form(request):
            return store_files(request, container_path(account, container), name)
        of_pithos = ("Content-Range", "X-Source-Object")
        if any(header(request, each) is not None for each in of_pithos):
            return super().post(request, account, container, name)
        credentials = self.credentials(request, account, container, name)
        path = object_path(account, container, name)
        updates.update_metadata(credentials, path, read_object_change(request))
        return Reply(202)

    def copy(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and Last-Modified; errors 400 401 403 404 409 412 413."""
        credentials = self.credentials(request, account, container, name)
        copy = read_copy(request, object_path(account, container, name))
        return self._copy(request, credentials, copy)

    def _copy(self, request: WSGIRequest, credentials: Credentials, copy: Copy) -> Reply:
        """Copy a manifest as what it reads as, unless it is itself asked for."""
        if manifest_verb(request) != "get" and not copy.delimiter:
            state = copies.open_source(credentials, copy)
            if downloads.is_manifest(state):
                return created(copy_joined(credentials, copy, state))
        return created(copies.copy_object(credentials, copy))

    def delete(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """204; 200 with what came of it for a manifest and its segments.

        Errors 400 401 403 404 409 412.
        """
        if manifest_verb(request) != "delete":
            return super().delete(request, account, container, name)
        credentials = self.credentials(request, account, container, name)
        path = object_path(account, container, name)
        state = downloads.open_object(credentials, path, Right.READ | Right.DELETE)
        if state.version.details.segmented is None:
            raise NotStaticError(name)
        conditions = delete_conditions(request, self.dialect)
        return _delete_whole(credentials, state, conditions).reply(request)


def _delete_whole(
    credentials: Credentials, state: ObjectState, conditions: DeleteConditions | None
) -> bulk.Tally:
    """Delete a static large object and its segments, and count."""
    paths = segments.segment_paths(state)
    if conditions is None:
        return bulk.delete_all(credentials, [*paths, state.path])
    # The manifest goes first: no segment does unless it is still the one that was read.
    fixed = replace(conditions, serial=state.version.serial)
    deletions.delete_object(credentials, state.path, fixed, Right.DELETE)
    tally = bulk.delete_all(credentials, paths)
    tally.done += 1
    return tally


def _put_manifest(request: WSGIRequest, credentials: Credentials, path: ObjectPath) -> Reply:
    uploads.begin_write(credentials, path, write_conditions(request))  # before the body is read
    upload, listed = read_manifest(request, path)
    reply = created(segments.store_segments(credentials, path, upload, listed))
    reply.headers[0] = ("ETag", f'"{reply.headers[0][1]}"')
    return reply
