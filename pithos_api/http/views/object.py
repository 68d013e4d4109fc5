from django.core.handlers.wsgi import WSGIRequest

from accounts.credentials import Credentials
from pithos_api.errors import InvalidRequest
from pithos_api.http.authentication import credentials_of
from pithos_api.http.conditions import Subject, delete_conditions, refuse_conditions
from pithos_api.http.delivery import with_safe_delivery
from pithos_api.http.headers import header
from pithos_api.http.inputs.copies import read_copy, read_copy_into, read_serial
from pithos_api.http.inputs.forms import least_size, read_form
from pithos_api.http.inputs.listings import read_delimiter
from pithos_api.http.inputs.objects import OCTET_STREAM, read_map_upload, read_upload
from pithos_api.http.inputs.times import purge_until
from pithos_api.http.inputs.updates import read_data_update, read_metadata_update
from pithos_api.http.names import object_path
from pithos_api.http.negotiation import CONTENT_TYPES, asked_format
from pithos_api.http.outputs import http_date, object_headers
from pithos_api.http.renderers import render_hashmap, render_versions
from pithos_api.http.reply import Reply
from pithos_api.http.views.base import APIView, not_modified, refuse_version
from pithos_api.http.views.data import data_reply, head_reply, readable
from pithos_api.services import (
    copies,
    deletions,
    downloads,
    hashmaps,
    permissions,
    quota,
    segments,
    updates,
    uploads,
)
from pithos_api.values import Dialect, HashMap, ObjectPath, ObjectState, Published, Right

_READING = frozenset({"GET", "HEAD", "OPTIONS"})

# Who may write a whole container may delete what is in it, as Swift's clients expect.
RIGHT_TO_DELETE = {Dialect.PITHOS: Right.OWN, Dialect.SWIFT: Right.DELETE}


class FormatNeededError(InvalidRequest):
    def __init__(self, parameter: str) -> None:
        super().__init__(f"{parameter} needs format=json or format=xml")


class ObjectView(APIView):
    """``/v1/A/C/O`` (contract §2.4)."""

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Call the method of the request's verb; what was, nobody changes.

        Raises: MethodNotAllowed; VersionRefusedError.
        """
        if request.META["QUERY_STRING"] and request.method not in _READING:
            refuse_version(request)
        return super().answer(request, *names)

    def credentials(self, request: WSGIRequest, *_names: str) -> Credentials:
        """Return what the request shows for itself. Raises: as ``credentials_of``."""
        return credentials_of(request)

    def describe(self, request: WSGIRequest, state: ObjectState) -> list[tuple[str, str]]:
        """Return the headers of HEAD and GET, without Content-Length."""
        return with_safe_delivery(request, state)

    def head(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200 with the object's headers, 304; errors 400 401 403 404 409 412."""
        credentials = self.credentials(request, account, container, name)
        state = open_state(request, credentials, object_path(account, container, name))
        if state.version.details.segmented is not None:
            state = segments.as_whole(state)
        elif state.version.details.manifest:
            state = readable(state, credentials).state
        return head_reply(request, state, self.describe(request, state))

    def get(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """200, 206, 304; errors as HEAD and 416 503."""
        credentials = self.credentials(request, account, container, name)
        path = object_path(account, container, name)
        if request.GET.get("version") == "list":
            return _version_list(request, credentials, path)
        state = open_state(request, credentials, path, content=True)
        if "hashmap" in request.GET:
            return _hashmap(request, state)
        source = readable(state, credentials)
        return data_reply(request, source, self.describe(request, source.state))

    def put(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and X-Object-Version.

        Errors 400 401 403 404 408 409 411 412 413 422 507.
        """
        credentials = self.credentials(request, account, container, name)
        path = object_path(account, container, name)
        copy = read_copy_into(request, path)
        if copy is not None:
            act = copies.move_object if copy.moves else copies.copy_object
            return created(act(credentials, copy.copy))
        if "hashmap" in request.GET:
            permissions.authorize(credentials, path, Right.WRITE)  # before the body is read
            upload = read_map_upload(request, name)
            return created(hashmaps.store_hashmap(credentials, path, upload))
        return created(uploads.store_object(credentials, path, read_upload(request, name)))

    def post(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """202 for metadata, 204 for data, 201 for a form.

        Errors 400 401 403 404 408 409 411 412 413 416 507.
        """
        credentials = self.credentials(request, account, container, name)
        path = object_path(account, container, name)
        media_type = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if media_type == "multipart/form-data":
            access = permissions.authorize(credentials, path, Right.WRITE)
            quota.refuse_overflow(access, path, least_size(request))  # before the body is read
            stored = uploads.store_object(credentials, path, read_form(request))
            reply = created(stored)
            reply.body = stored.etag.hex().encode()
            return reply
        if media_type == OCTET_STREAM or header(request, "X-Source-Object") is not None:
            stored = updates.update_data(credentials, path, read_data_update(request))
            return Reply(204, _published(stored))
        updates.update_metadata(credentials, path, read_metadata_update(request))
        return Reply(202)

    def copy(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and X-Object-Version; errors 400 401 403 404 409 412 413."""
        credentials = self.credentials(request, account, container, name)
        copy = read_copy(request, object_path(account, container, name))
        return created(copies.copy_object(credentials, copy))

    def move(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and X-Object-Version; errors as COPY."""
        credentials = self.credentials(request, account, container, name)
        copy = read_copy(request, object_path(account, container, name))
        return created(copies.move_object(credentials, copy))

    def delete(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """204, with ``until`` only old history goes; errors 400 401 403 404 412."""
        credentials = self.credentials(request, account, container, name)
        path = object_path(account, container, name)
        until = purge_until(request)
        delimiter = read_delimiter(request)
        if until is not None:
            refuse_conditions(request, "until")
            deletions.purge_object(credentials, path, until)
            return Reply(204)
        conditions = delete_conditions(request, self.dialect)
        if delimiter:
            deletions.delete_folder(credentials, path, delimiter, conditions)
        else:
            least = RIGHT_TO_DELETE[self.dialect]
            deletions.delete_object(credentials, path, conditions, least)
        return Reply(204)


def open_state(
    request: WSGIRequest, credentials: Credentials, path: ObjectPath, *, content: bool = False
) -> ObjectState:
    """Return the object's current state, or the one that ``version`` names."""
    version = request.GET.get("version") if request.META["QUERY_STRING"] else None
    serial = read_serial(version)
    if serial is None:
        return downloads.open_object(credentials, path, content=content)
    return downloads.open_version(credentials, path, serial, content=content)


def _version_list(request: WSGIRequest, credentials: Credentials, path: ObjectPath) -> Reply:
    form = asked_format(request)
    if form is None:
        raise FormatNeededError("version=list")
    versions = downloads.list_object_versions(credentials, path)
    headers = [("Content-Type", CONTENT_TYPES[form])]
    return Reply(200, headers, render_versions(form, path.name, versions))


def _hashmap(request: WSGIRequest, state: ObjectState) -> Reply:
    form = asked_format(request)
    if form is None:
        raise FormatNeededError("hashmap")
    headers = [field for field in object_headers(state) if field[0] != "Content-Type"]
    version = state.version
    unchanged = not_modified(request, Subject(state.last_change, version.etag), headers)
    if unchanged is not None:
        return unchanged
    hashmap = HashMap(version.size, version.digests)
    body = render_hashmap(form, state.path.name, hashmap)
    return Reply(200, [*headers, ("Content-Type", CONTENT_TYPES[form])], body)


def created(stored: Published) -> Reply:
    """Return 201 for a version that was stored."""
    return Reply(201, _published(stored))


def _published(stored: Published) -> list[tuple[str, str]]:
    return [
        ("ETag", stored.etag.hex()),
        ("X-Object-Version", str(stored.serial)),
        ("Last-Modified", http_date(stored.modified)),
    ]
