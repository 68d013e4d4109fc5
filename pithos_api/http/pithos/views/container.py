from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.operations import containers
from pithos_api.http.operations.rights import lists, owns, reads_state, sends_blocks
from pithos_api.http.operations.table import (
    Call,
    Operation,
    Table,
    always,
    has_parameter,
    has_text,
)
from pithos_api.http.operations.unchanged import unchanged_reply
from pithos_api.http.parsing.deletions import read_purge
from pithos_api.http.parsing.encoded_headers import with_decoded_headers
from pithos_api.http.parsing.paths import container_path
from pithos_api.http.parsing.reading import read_state
from pithos_api.http.pithos.parsing.containers import (
    BlocksUpload,
    read_blocks_upload,
    read_change,
    read_new,
)
from pithos_api.http.pithos.parsing.deletions import read_deletion
from pithos_api.http.pithos.parsing.listings import read_objects
from pithos_api.http.pithos.parsing.time import (
    read_archive,
    read_changes,
    read_moments,
    read_restore,
    read_usage,
)
from pithos_api.http.pithos.rendering.documents import render_objects
from pithos_api.http.pithos.rendering.objects import OBJECTS
from pithos_api.http.pithos.views import time
from pithos_api.http.pithos.views.base import PithosView
from pithos_api.http.pithos.views.links import post_container_link, read_nothing
from pithos_api.http.rendering.fields import container_headers
from pithos_api.services.containers.policies import check_policies
from pithos_api.services.containers.reading import is_owner, read_container
from pithos_api.services.listings.objects import list_objects
from pithos_api.services.objects import writing
from pithos_api.values import ContainerPath
from pithos_api.values.requests import ContainerChange, ListObjects, ReadState
from web.negotiation import Format
from web.reply import Reply
from web.views import listing_reply


def _head(call: Call[ContainerPath, ReadState]) -> Reply:
    state = read_container(call.credentials, call.path, call.wanted.until)
    headers = list(container_headers(state))
    unchanged = unchanged_reply(call.wanted.conditions, state, headers)
    return unchanged or Reply(204, headers)


def _get(call: Call[ContainerPath, ListObjects]) -> Reply:
    wanted = call.wanted
    as_json = OBJECTS if wanted.form is Format.JSON else None
    listing = list_objects(call.credentials, call.path, wanted.page, as_json=as_json)
    headers = list(container_headers(listing.container))
    unchanged = unchanged_reply(wanted.conditions, listing.container, headers)
    if unchanged is not None:
        return unchanged
    return listing_reply(wanted.form, render_objects(wanted.form, listing, call.origin), headers)


def _post(call: Call[ContainerPath, ContainerChange]) -> Reply:
    containers.change(call)
    return Reply(202)


def _post_blocks(call: Call[ContainerPath, BlocksUpload]) -> Reply:
    """Store blocks, and change what the request says of the container besides.

    Who only writes to it replaces nothing by saying nothing.
    """
    change = call.wanted.change
    check_policies(change.policy)  # before the body is stored
    digests = writing.store_blocks(call.credentials, call.path, call.body())
    reply = containers.blocks_reply(call.wanted.form, digests)
    replaces = change.meta.replace and is_owner(call.credentials, call.path)
    if replaces or change.meta.values or change.policy.values or not reply.body:
        containers.change(Call(call.credentials, call.path, change, call.body, call.origin))
    return reply


OPERATIONS = Table[ContainerPath](
    Operation("HEAD", always, read_state, _head, reads_state),
    Operation("GET", has_parameter("zip"), read_archive, time.get_zip, lists),
    Operation("GET", has_parameter("changes"), read_changes, time.get_changes, owns),
    Operation("GET", has_parameter("moments"), read_moments, time.get_moments, owns),
    Operation("GET", has_parameter("usage"), read_usage, time.get_usage, owns),
    Operation("GET", always, read_objects, _get, lists),
    Operation("PUT", always, read_new, containers.put, owns),
    Operation("POST", has_parameter("restore"), read_restore, time.post_restore, owns),
    Operation("POST", has_parameter("zip"), read_archive, time.post_zip, lists),
    Operation("POST", has_parameter("link"), read_nothing, post_container_link, owns),
    Operation("POST", containers.brings_blocks, read_blocks_upload, _post_blocks, sends_blocks),
    Operation("POST", always, read_change, _post, owns),
    Operation("DELETE", has_parameter("until"), read_purge, containers.purge, owns),
    Operation("DELETE", has_text("delimiter"), read_deletion, containers.empty, owns),
    Operation("DELETE", always, read_deletion, containers.delete, owns),
    reading=with_decoded_headers,
)


class ContainerView(PithosView):
    """``/v1/A/C`` (contract §2.3)."""

    def head(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """204 with counters, policies and metadata, 304; errors 400 401 403 404 412."""
        return OPERATIONS.perform(request, container_path(account, container))

    def get(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """200 with a page of objects, 204 without any in text, 304; errors as HEAD."""
        return OPERATIONS.perform(request, container_path(account, container))

    def put(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """201 created, 202 there already; errors 400 401 403."""
        return OPERATIONS.perform(request, container_path(account, container))

    def post(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """202, metadata and policies changed, blocks stored; errors 400 401 403 404 413."""
        return OPERATIONS.perform(request, container_path(account, container))

    def delete(self, request: WSGIRequest, account: str, container: str) -> Reply:
        """204, the container and its history are gone; errors 400 401 403 404 409 412.

        With ``until`` only old history goes; with ``delimiter`` the objects do.
        """
        return OPERATIONS.perform(request, container_path(account, container))
