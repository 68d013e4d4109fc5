from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.authentication import credentials_of
from pithos_api.http.parsing.listings import read_delimiter
from pithos_api.http.parsing.paths import account_name
from pithos_api.http.parsing.sharing import group_change
from pithos_api.http.rendering.fields import account_headers
from pithos_api.http.swift.parsing.requests import read_containers_page, read_meta_change
from pithos_api.http.swift.rendering.listings import render_states, timestamp
from pithos_api.http.swift.views.base import SwiftView
from pithos_api.http.swift.views.bulk import delete_lines
from pithos_api.services.containers import account as accounts
from pithos_api.services.listings.containers import list_collapsed
from pithos_api.values import AccountState
from web.conditions import Subject
from web.errors import MethodNotAllowed
from web.negotiation import negotiate
from web.reply import Reply
from web.views import listing_reply, not_modified


class SwiftAccountView(SwiftView):
    """``/v1/AUTH_A``."""

    def head(self, request: WSGIRequest, account: str) -> Reply:
        """204 with totals and metadata, 304; errors 401 403 412."""
        state = accounts.read_account(credentials_of(request), account_name(account))
        headers = _headers(state)
        return not_modified(request, Subject(state.modified), headers) or Reply(204, headers)

    def get(self, request: WSGIRequest, account: str) -> Reply:
        """200 with a page of containers, 204 without any in text, 304; errors 401 403 412."""
        name = account_name(account)
        page = read_containers_page(request)
        delimiter = read_delimiter(request)
        state, containers = list_collapsed(credentials_of(request), name, page, delimiter)
        headers = _headers(state)
        unchanged = not_modified(request, Subject(state.modified), headers)
        if unchanged is not None:
            return unchanged
        form = negotiate(request)
        return listing_reply(form, render_states(form, name, containers), headers)

    def post(self, request: WSGIRequest, account: str) -> Reply:
        """204, metadata and groups merged; 200 for a bulk deletion; errors 400 401 403 413."""
        credentials = credentials_of(request)
        if "bulk-delete" in request.GET:
            return delete_lines(request, credentials, account_name(account))
        change = read_meta_change(request, "Account")
        groups = group_change(request, replace=False)
        accounts.update_account(credentials, account_name(account), change, groups)
        return Reply(204)

    def delete(self, request: WSGIRequest, account: str) -> Reply:
        """200 with what came of a bulk deletion; errors 400 401 405 413."""
        if "bulk-delete" not in request.GET:
            others = [verb for verb in self.allowed() if verb != "DELETE"]
            raise MethodNotAllowed(request.method, others)
        return delete_lines(request, credentials_of(request), account_name(account))


def _headers(state: AccountState) -> list[tuple[str, str]]:
    return [*account_headers(state), timestamp(state.created)]
