from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.authentication import credentials_of
from pithos_api.http.parsing.listings import read_page
from pithos_api.http.parsing.metadata import meta_change
from pithos_api.http.parsing.paths import account_name
from pithos_api.http.parsing.sharing import group_change
from pithos_api.http.parsing.times import read_until
from pithos_api.http.pithos.rendering.documents import render_containers
from pithos_api.http.rendering.fields import account_headers
from pithos_api.services.containers import account as accounts
from pithos_api.services.listings.containers import list_containers
from web.conditions import Subject
from web.negotiation import negotiate
from web.reply import Reply
from web.views import View, listing_reply, not_modified


class AccountView(View):
    """``/v1/A`` (contract §2.2)."""

    def head(self, request: WSGIRequest, account: str) -> Reply:
        """204 with totals and metadata, 304; errors 400 401 403 412."""
        state = accounts.read_account(
            credentials_of(request), account_name(account), read_until(request)
        )
        headers = list(account_headers(state))
        return not_modified(request, Subject(state.modified), headers) or Reply(204, headers)

    def get(self, request: WSGIRequest, account: str) -> Reply:
        """200 with a page of containers, 204 without any in text, 304; errors 400 401 403 412."""
        state, containers = list_containers(
            credentials_of(request), account_name(account), read_page(request)
        )
        headers = list(account_headers(state))
        unchanged = not_modified(request, Subject(state.modified), headers)
        if unchanged is not None:
            return unchanged
        form = negotiate(request)
        body = render_containers(form, account_name(account), containers)
        return listing_reply(form, body, headers)

    def post(self, request: WSGIRequest, account: str) -> Reply:
        """202, metadata and groups replaced or with ``update`` merged; errors 400 401 403."""
        credentials = credentials_of(request)
        replace = "update" not in request.GET
        change = meta_change(request, "X-Account-Meta-", replace=replace)
        groups = group_change(request, replace=replace)
        accounts.update_account(credentials, account_name(account), change, groups)
        return Reply(202)
