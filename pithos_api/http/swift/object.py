from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.authentication import credentials_of
from pithos_api.http.headers import header
from pithos_api.http.inputs.objects import read_upload
from pithos_api.http.names import object_path
from pithos_api.http.reply import Reply
from pithos_api.http.swift.base import SwiftView
from pithos_api.http.swift.copies import read_copy, read_copy_into
from pithos_api.http.swift.inputs import META_LIMIT, read_object_change, refuse_links
from pithos_api.http.swift.outputs import timestamp
from pithos_api.http.views.object import ObjectView, created
from pithos_api.services import copies, updates, uploads
from pithos_api.values import ObjectState


class SwiftObjectView(SwiftView, ObjectView):
    """``/v1/AUTH_A/C/O``; what only Pithos' own parameters and headers ask for is the same."""

    def describe(self, request: WSGIRequest, state: ObjectState) -> list[tuple[str, str]]:
        """Return the headers of HEAD and GET, without Content-Length."""
        return [*super().describe(request, state), timestamp(state.last_change)]

    def put(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and Last-Modified.

        Errors 400 401 403 404 408 411 412 413 422 507.
        """
        if "hashmap" in request.GET or header(request, "X-Move-From") is not None:
            return super().put(request, account, container, name)
        credentials = credentials_of(request)
        path = object_path(account, container, name)
        refuse_links(request)
        copy = read_copy_into(request, path)
        if copy is not None:
            return created(copies.copy_object(credentials, copy))
        upload = read_upload(request, name, META_LIMIT)
        return created(uploads.store_object(credentials, path, upload))

    def post(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """202, all metadata replaced; data as Pithos' headers say; errors 400 401 403 404 412."""
        of_pithos = ("Content-Range", "X-Source-Object")
        if any(header(request, each) is not None for each in of_pithos):
            return super().post(request, account, container, name)
        credentials = credentials_of(request)
        path = object_path(account, container, name)
        updates.update_metadata(credentials, path, read_object_change(request))
        return Reply(202)

    def copy(self, request: WSGIRequest, account: str, container: str, name: str) -> Reply:
        """201 with ETag and Last-Modified; errors 400 401 403 404 412 413."""
        credentials = credentials_of(request)
        copy = read_copy(request, object_path(account, container, name))
        return created(copies.copy_object(credentials, copy))
