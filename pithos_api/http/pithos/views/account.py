from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.operations.rights import lists, owns, reads_state
from pithos_api.http.operations.table import Call, Operation, Table, always, has_parameter
from pithos_api.http.operations.unchanged import unchanged_reply
from pithos_api.http.parsing.encoded_headers import with_decoded_headers
from pithos_api.http.parsing.paths import account_name
from pithos_api.http.parsing.reading import read_state
from pithos_api.http.pithos.parsing.containers import read_account_change
from pithos_api.http.pithos.parsing.listings import read_containers
from pithos_api.http.pithos.parsing.time import read_moments, read_usage
from pithos_api.http.pithos.rendering.containers import CONTAINERS, render_containers
from pithos_api.http.pithos.views import time
from pithos_api.http.pithos.views.base import PithosView
from pithos_api.http.pithos.views.links import (
    delete_link,
    get_links,
    post_link,
    read_key,
    read_page,
)
from pithos_api.http.rendering.fields import account_headers
from pithos_api.services.containers import account as accounts
from pithos_api.services.listings.containers import list_containers
from pithos_api.values.requests import AccountChange, ListContainers, ReadState
from web.errors import MethodNotAllowed
from web.negotiation import Format
from web.reply import Reply
from web.views import head_of, listing_reply


def _head(call: Call[str, ReadState]) -> Reply:
    state = accounts.read_account(call.credentials, call.path, call.wanted.until)
    headers = list(account_headers(state))
    unchanged = unchanged_reply(call.wanted.conditions, state, headers)
    return unchanged or Reply(204, headers)


def _get(call: Call[str, ListContainers]) -> Reply:
    wanted = call.wanted
    as_json = CONTAINERS if wanted.form is Format.JSON else None
    listing = list_containers(call.credentials, call.path, wanted.page, as_json=as_json)
    headers = list(account_headers(listing.account))
    unchanged = unchanged_reply(wanted.conditions, listing.account, headers)
    if unchanged is not None:
        return unchanged
    body = render_containers(wanted.form, call.path, listing)
    return listing_reply(wanted.form, body, headers)


def _post(call: Call[str, AccountChange]) -> Reply:
    accounts.update_account(call.credentials, call.path, call.wanted)
    return Reply(202)


OPERATIONS = Table[str](
    Operation("HEAD", always, read_state, _head, reads_state),
    Operation("GET", has_parameter("links"), read_page, get_links, owns),
    Operation("GET", has_parameter("moments"), read_moments, time.get_account_moments, owns),
    Operation("GET", has_parameter("usage"), read_usage, time.get_account_usage, owns),
    Operation("GET", always, read_containers, _get, lists),
    Operation("POST", has_parameter("links"), read_key, post_link, owns),
    Operation("POST", always, read_account_change, _post, owns),
    Operation("DELETE", has_parameter("links"), read_key, delete_link, owns),
    reading=with_decoded_headers,
)


class AccountView(PithosView):
    """``/v1/A`` (contract §2.2)."""

    def head(self, request: WSGIRequest, account: str) -> Reply:
        """204 with totals and metadata, 304; errors 400 401 403 412."""
        return OPERATIONS.perform(request, account_name(account))

    def get(self, request: WSGIRequest, account: str) -> Reply:
        """200 with a page of containers or links, 204 without containers in text, 304.

        Errors 400 401 403 412.
        """
        return OPERATIONS.perform(request, account_name(account))

    def post(self, request: WSGIRequest, account: str) -> Reply:
        """202, metadata and groups replaced or with ``update`` merged; 200 with a changed link.

        Errors 400 401 403 404.
        """
        return OPERATIONS.perform(request, account_name(account))

    def delete(self, request: WSGIRequest, account: str) -> Reply:
        """204, a link has ended; errors 401 403 404, and 405: an account is not deleted so."""
        if "links" not in head_of(request).query:
            raise MethodNotAllowed("DELETE", [verb for verb in self.allowed() if verb != "DELETE"])
        return OPERATIONS.perform(request, account_name(account))
