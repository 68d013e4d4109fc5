from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import NotAllowedError
from pithos_api.http.authentication import require_known
from pithos_api.http.operations.rights import lists, nothing, owns, reads_state
from pithos_api.http.operations.table import Call, Operation, Table, always, has_parameter
from pithos_api.http.operations.unchanged import unchanged_reply
from pithos_api.http.parsing.paths import account_name
from pithos_api.http.parsing.reading import read_state
from pithos_api.http.swift.operations.archives import unpack
from pithos_api.http.swift.parsing.archives import PARAMETER, read_archive
from pithos_api.http.swift.parsing.other_dialect import refuse_other_dialect
from pithos_api.http.swift.parsing.raw_headers import with_raw_headers
from pithos_api.http.swift.parsing.requests import read_account_change, read_containers
from pithos_api.http.swift.rendering.documents import listing_reply
from pithos_api.http.swift.rendering.heads import describe_account
from pithos_api.http.swift.rendering.listings import CONTAINERS, render_containers
from pithos_api.http.swift.views.base import SwiftView
from pithos_api.http.swift.views.bulk import delete_lines, read_bulk
from pithos_api.services.containers import account as accounts
from pithos_api.services.listings.containers import list_collapsed
from pithos_api.values.requests import AccountChange, ListContainers, ReadState
from web.errors import MethodNotAllowed
from web.negotiation import Format
from web.reply import Reply
from web.views import head_of


def _head(call: Call[str, ReadState]) -> Reply:
    state = accounts.read_account(call.credentials, call.path, call.wanted.until)
    headers = describe_account(state)
    unchanged = unchanged_reply(call.wanted.conditions, state, headers)
    return unchanged or Reply(204, headers)


def _get(call: Call[str, ListContainers]) -> Reply:
    credentials, name, wanted = call.credentials, call.path, call.wanted
    as_json = CONTAINERS if wanted.form is Format.JSON else None
    page, delimiter = wanted.page, wanted.delimiter
    listing = list_collapsed(credentials, name, page, delimiter, as_json=as_json)
    headers = describe_account(listing.account)
    unchanged = unchanged_reply(wanted.conditions, listing.account, headers)
    if unchanged is not None:
        return unchanged
    return listing_reply(wanted.form, render_containers(wanted.form, name, listing), headers)


def _post(call: Call[str, AccountChange]) -> Reply:
    accounts.update_account(call.credentials, call.path, call.wanted)
    return Reply(204)


def _delete(call: Call[str, ReadState]) -> Reply:
    """Refuse to delete an account: it belongs to a user, whom operators delete."""
    require_known(call.credentials)
    raise NotAllowedError


_IS_BULK = has_parameter("bulk-delete")

OPERATIONS = Table[str](
    Operation("HEAD", always, read_state, _head, reads_state),
    Operation("GET", always, read_containers, _get, lists),
    Operation("PUT", has_parameter(PARAMETER), read_archive, unpack, nothing),
    Operation("POST", _IS_BULK, read_bulk, delete_lines, nothing),
    Operation("POST", always, read_account_change, _post, owns),
    Operation("DELETE", _IS_BULK, read_bulk, delete_lines, nothing),
    Operation("DELETE", always, read_state, _delete, owns),
    of_writes=refuse_other_dialect,
    reading=with_raw_headers,
)


class SwiftAccountView(SwiftView):
    """``/v1/AUTH_A``."""

    def head(self, request: WSGIRequest, account: str) -> Reply:
        """204 with totals and metadata, 304; errors 400 401 403 412."""
        return OPERATIONS.perform(request, account_name(account))

    def get(self, request: WSGIRequest, account: str) -> Reply:
        """200 with a page of containers, 204 without any in text, 304; errors 400 401 403 412."""
        return OPERATIONS.perform(request, account_name(account))

    def put(self, request: WSGIRequest, account: str) -> Reply:
        """200 with what came of an archive; errors 400 401 403 408 411 503."""
        if PARAMETER not in head_of(request).query:
            raise MethodNotAllowed("PUT", [verb for verb in self.allowed() if verb != "PUT"])
        return OPERATIONS.perform(request, account_name(account))

    def post(self, request: WSGIRequest, account: str) -> Reply:
        """204, metadata and groups merged; 200 for a bulk deletion; errors 400 401 403 413."""
        return OPERATIONS.perform(request, account_name(account))

    def delete(self, request: WSGIRequest, account: str) -> Reply:
        """200 with what came of a bulk deletion; errors 400 401 403 413."""
        return OPERATIONS.perform(request, account_name(account))
