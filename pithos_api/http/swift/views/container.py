from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.operations import containers
from pithos_api.http.operations.rights import (
    lists,
    lists_versions,
    manages,
    nothing,
    owns,
    reads_state,
    sends_blocks,
)
from pithos_api.http.operations.table import (
    Call,
    Operation,
    Table,
    always,
    has_parameter,
    has_text,
)
from pithos_api.http.operations.unchanged import unchanged_reply
from pithos_api.http.parsing.deletions import read_deletion, read_purge
from pithos_api.http.parsing.paths import container_path
from pithos_api.http.parsing.reading import read_state
from pithos_api.http.swift.authentication import container_credentials
from pithos_api.http.swift.operations.archives import unpack
from pithos_api.http.swift.parsing.archives import PARAMETER, read_archive
from pithos_api.http.swift.parsing.other_dialect import refuse_other_dialect
from pithos_api.http.swift.parsing.raw_headers import with_raw_headers
from pithos_api.http.swift.parsing.requests import (
    read_blocks_form,
    read_container_change,
    read_objects,
)
from pithos_api.http.swift.parsing.signed import is_form, is_signed, read_form
from pithos_api.http.swift.parsing.versions import (
    ListVersions,
    read_versions,
    wants_versions,
)
from pithos_api.http.swift.rendering.documents import listing_reply
from pithos_api.http.swift.rendering.heads import describe_container
from pithos_api.http.swift.rendering.listings import OBJECTS, render_entries, render_versions
from pithos_api.http.swift.views.base import ScriptableView
from pithos_api.http.swift.views.form_post import store_files
from pithos_api.http.swift.websites.pages import show_signed_root, shows_root
from pithos_api.http.swift.websites.requests import (
    read_root,
    read_signed_root,
    visits,
)
from pithos_api.services.containers.reading import read_container
from pithos_api.services.listings.objects import list_objects, with_folders
from pithos_api.services.listings.versions import list_versions
from pithos_api.values import ContainerPath
from pithos_api.values.requests import ContainerChange, ListObjects, ReadState
from web.negotiation import Format
from web.reply import Reply


def _head(call: Call[ContainerPath, ReadState]) -> Reply:
    state = read_container(call.credentials, call.path, call.wanted.until)
    headers = describe_container(state)
    unchanged = unchanged_reply(call.wanted.conditions, state, headers)
    return unchanged or Reply(204, headers)


def _get(call: Call[ContainerPath, ListObjects]) -> Reply:
    wanted = call.wanted
    as_json = OBJECTS if wanted.form is Format.JSON else None
    listing = list_objects(call.credentials, call.path, wanted.page, as_json=as_json)
    headers = describe_container(listing.container)
    unchanged = unchanged_reply(wanted.conditions, listing.container, headers)
    if unchanged is not None:
        return unchanged
    body = render_entries(wanted.form, with_folders(listing, wanted.page))
    return listing_reply(wanted.form, body, headers)


def _get_versions(call: Call[ContainerPath, ListVersions]) -> Reply:
    wanted, path = call.wanted, call.path
    state, entries = list_versions(call.credentials, path, wanted.page, wanted.before)
    headers = describe_container(state)
    unchanged = unchanged_reply(wanted.conditions, state, headers)
    body = render_versions(wanted.form, path, entries)
    return unchanged or listing_reply(wanted.form, body, headers)


def _post(call: Call[ContainerPath, ContainerChange]) -> Reply:
    containers.change(call)
    return Reply(204)


OPERATIONS = Table[ContainerPath](
    Operation("HEAD", is_signed, read_signed_root, show_signed_root, nothing),
    Operation("HEAD", visits, read_root(read_state), shows_root(_head), reads_state),
    Operation("HEAD", always, read_state, _head, reads_state),
    Operation("GET", is_signed, read_signed_root, show_signed_root, nothing),
    Operation("GET", wants_versions, read_versions, _get_versions, lists_versions),
    Operation("GET", visits, read_root(read_objects), shows_root(_get), lists),
    Operation("GET", always, read_objects, _get, lists),
    Operation("PUT", has_parameter(PARAMETER), read_archive, unpack, nothing),
    Operation("PUT", always, read_container_change, containers.put, manages),
    Operation("POST", is_form, read_form, store_files, nothing),
    Operation(
        "POST", containers.brings_blocks, read_blocks_form, containers.post_blocks, sends_blocks
    ),
    Operation("POST", always, read_container_change, _post, manages),
    Operation("DELETE", has_parameter("until"), read_purge, containers.purge, owns),
    Operation("DELETE", has_text("delimiter"), read_deletion, containers.empty, owns),
    Operation("DELETE", always, read_deletion, containers.delete, manages),
    caller=container_credentials,
    of_writes=refuse_other_dialect,
    reading=with_raw_headers,
)


class SwiftContainerView(ScriptableView):
    """``/v1/AUTH_A/C``."""

    def head(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """204 with counters, policies and metadata, 304; errors 400 401 403 404 412."""
        return OPERATIONS.perform(request, container_path(account, container))

    def get(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """200 with a page of objects, 204 without any in text, 304; errors as HEAD."""
        return OPERATIONS.perform(request, container_path(account, container))

    def put(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """201 created, 202 there already; 200 for an archive; errors 400 401 403 408 411 503."""
        return OPERATIONS.perform(request, container_path(account, container))

    def post(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """204, metadata and policies merged; 202 with hashes for blocks; 201 or 303 for a form.

        Errors 400 401 403 404 408 413 507.
        """
        return OPERATIONS.perform(request, container_path(account, container))

    def delete(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """204, the container and its history are gone; errors 400 401 403 404 409 412."""
        return OPERATIONS.perform(request, container_path(account, container))
