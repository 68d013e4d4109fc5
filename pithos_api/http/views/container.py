from django.core.handlers.wsgi import WSGIRequest

from accounts.credentials import Credentials
from pithos_api.http.authentication import credentials_of
from pithos_api.http.body import is_chunked, open_body
from pithos_api.http.conditions import Subject, delete_conditions, refuse_conditions
from pithos_api.http.headers import meta_change, policy_change
from pithos_api.http.inputs.listings import read_object_page
from pithos_api.http.inputs.objects import OCTET_STREAM
from pithos_api.http.inputs.times import purge_until, read_until
from pithos_api.http.names import container_path
from pithos_api.http.negotiation import CONTENT_TYPES, Format, negotiate
from pithos_api.http.outputs import container_headers
from pithos_api.http.renderers import render_digests, render_objects
from pithos_api.http.reply import Reply
from pithos_api.http.views.base import APIView, listing_reply, not_modified, refuse_version
from pithos_api.services import containers, listings, uploads
from pithos_api.values import ContainerPath, Dialect

META = "X-Container-Meta-"


class ContainerView(APIView):
    """``/v1/A/C`` (contract §2.3)."""

    def head(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """204 with counters, policies and metadata, 304; errors 400 401 403 404 412."""
        credentials = credentials_of(request)
        path = container_path(account, container)
        state = containers.read_container(credentials, path, read_until(request))
        headers = list(container_headers(state))
        return not_modified(request, Subject(state.modified), headers) or Reply(204, headers)

    def get(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """200 with a page of objects, 204 without any in text, 304; errors as HEAD."""
        credentials = credentials_of(request)
        path = container_path(account, container)
        form = negotiate(request)
        as_json = Dialect.PITHOS if form is Format.JSON else None
        page = read_object_page(request)
        listing = listings.list_objects(credentials, path, page, as_json=as_json)
        headers = list(container_headers(listing.container))
        unchanged = not_modified(request, Subject(listing.container.modified), headers)
        if unchanged is not None:
            return unchanged
        return listing_reply(form, render_objects(form, listing), headers)

    def put(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """201 created, 202 there already; errors 400 401 403."""
        credentials = credentials_of(request)
        created = containers.create_container(
            credentials,
            container_path(account, container),
            meta_change(request, META, replace=False),
            policy_change(request, reset=False),
        )
        return Reply(201 if created else 202)

    def post(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """202, metadata and policies changed, blocks stored; errors 400 401 403 404 413."""
        credentials = credentials_of(request)
        path = container_path(account, container)
        replace = "update" not in request.GET
        meta = meta_change(request, META, replace=replace)
        policy = policy_change(request, reset=replace)
        containers.check_policies(policy)  # before the body is stored
        response = Reply(202)
        if brings_blocks(request):
            response = store_blocks(request, credentials, path)
            replace = replace and containers.is_owner(credentials, path)
        if replace or meta.values or policy.values or not response.body:
            containers.update_container(credentials, path, meta, policy)
        return response

    def delete(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """204, the container and its history are gone; errors 400 401 403 404 409 412.

        With ``until`` only old history goes; with ``delimiter`` the objects do.
        """
        credentials = credentials_of(request)
        path = container_path(account, container)
        delete_or_purge(request, credentials, path, self.dialect)
        return Reply(204)


def delete_or_purge(
    request: WSGIRequest, credentials: Credentials, path: ContainerPath, dialect: Dialect
) -> None:
    """Delete the container, or of what is in it what ``until`` or ``delimiter`` names."""
    refuse_version(request)
    until = purge_until(request)
    if until is not None:
        refuse_conditions(request, "until")
        containers.purge_container(credentials, path, until)
        return
    conditions = delete_conditions(request, dialect)
    if request.GET.get("delimiter"):
        containers.empty_container(credentials, path, conditions)
    else:
        containers.delete_container(credentials, path, conditions)


def store_blocks(request: WSGIRequest, credentials: Credentials, path: ContainerPath) -> Reply:
    """Keep the body's blocks for hashmaps to come; 202 with their digests."""
    digests = uploads.store_blocks(credentials, path, open_body(request))
    form = negotiate(request)
    body = render_digests(form, digests)
    return Reply(202, [("Content-Type", CONTENT_TYPES[form])], body)


def brings_blocks(request: WSGIRequest) -> bool:
    """Return whether a POST of a container is a block upload (contract §2.3)."""
    media_type = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    length = request.META.get("CONTENT_LENGTH") or "0"
    return media_type == OCTET_STREAM and (is_chunked(request) or length != "0")
