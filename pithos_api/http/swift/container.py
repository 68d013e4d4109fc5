from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.authentication import credentials_of
from pithos_api.http.conditions import Subject
from pithos_api.http.headers import policy_change
from pithos_api.http.names import container_path
from pithos_api.http.negotiation import Format, negotiate
from pithos_api.http.outputs import container_headers
from pithos_api.http.reply import Reply
from pithos_api.http.swift.acls import member_headers, read_members
from pithos_api.http.swift.authentication import reader_credentials
from pithos_api.http.swift.base import ScriptableView
from pithos_api.http.swift.forms import is_form, store_files
from pithos_api.http.swift.inputs import (
    read_meta_change,
    read_objects_page,
    refuse_unsupported,
)
from pithos_api.http.swift.outputs import render_entries, timestamp
from pithos_api.http.views.base import listing_reply, not_modified
from pithos_api.http.views.container import brings_blocks, delete_or_purge, store_blocks
from pithos_api.services import containers, listings
from pithos_api.values import ContainerState, Dialect


class SwiftContainerView(ScriptableView):
    """``/v1/AUTH_A/C``."""

    def head(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """204 with counters, policies and metadata, 304; errors 400 401 403 404 412."""
        path = container_path(account, container)
        state = containers.read_container(reader_credentials(request), path)
        headers = _headers(state)
        return not_modified(request, Subject(state.modified), headers) or Reply(204, headers)

    def get(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """200 with a page of objects, 204 without any in text, 304; errors as HEAD."""
        credentials = reader_credentials(request)
        path = container_path(account, container)
        form = negotiate(request)
        page = read_objects_page(request)
        as_json = Dialect.SWIFT if form is Format.JSON else None
        listing = listings.list_objects(credentials, path, page, as_json=as_json)
        headers = _headers(listing.container)
        unchanged = not_modified(request, Subject(listing.container.modified), headers)
        if unchanged is not None:
            return unchanged
        body = render_entries(form, listings.with_folders(listing, page))
        return listing_reply(form, body, headers)

    def put(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """201 created, 202 there already; errors 400 401 403."""
        refuse_unsupported(request)
        created = containers.create_container(
            credentials_of(request),
            container_path(account, container),
            read_meta_change(request, "Container"),
            policy_change(request, reset=False),
            read_members(request),
        )
        return Reply(201 if created else 202)

    def post(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """204, metadata and policies merged; 202 with hashes for blocks; 201 or 303 for a form.

        Errors 400 401 403 404 408 413 507.
        """
        if is_form(request):
            return store_files(request, container_path(account, container), "")
        credentials = credentials_of(request)
        path = container_path(account, container)
        if brings_blocks(request):
            return store_blocks(request, credentials, path)
        refuse_unsupported(request)
        containers.update_container(
            credentials,
            path,
            read_meta_change(request, "Container"),
            policy_change(request, reset=False),
            read_members(request),
        )
        return Reply(204)

    def delete(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """204, the container and its history are gone; errors 400 401 403 404 409 412."""
        delete_or_purge(
            request, credentials_of(request), container_path(account, container), self.dialect
        )
        return Reply(204)


def _headers(state: ContainerState) -> list[tuple[str, str]]:
    return [*container_headers(state), *member_headers(state), timestamp(state.created)]
