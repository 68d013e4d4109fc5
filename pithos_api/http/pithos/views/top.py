from django.core.handlers.wsgi import WSGIRequest

from accounts.errors import LoginRefusedError, ThrottledError
from accounts.http.swift_v1 import log_in_by_headers, token_headers
from pithos_api.errors import InvalidTokenError, TokenThrottledError
from pithos_api.http.authentication import credentials_of, is_anonymous
from pithos_api.http.parsing.listings import read_page
from pithos_api.http.pithos.rendering.documents import render_accounts
from pithos_api.http.rendering.fields import account_url
from pithos_api.services.listings.containers import list_accounts
from web.errors import InvalidRequest
from web.negotiation import negotiate
from web.reply import Reply
from web.views import View, listing_reply


class MissingCredentialsError(InvalidRequest):
    """A login brings neither a token nor user and key."""

    def __init__(self) -> None:
        super().__init__("X-Auth-Token is needed, or both X-Auth-User and X-Auth-Key")


class TopView(View):
    """``/v1``: the accounts that share with the caller, and Swift's first way to log in."""

    def get(self, request: WSGIRequest) -> Reply:
        """200 or 204 with a page of accounts; 204 with a token; errors 400 401 429."""
        if is_anonymous(request):
            return self._log_in(request)
        found = list_accounts(credentials_of(request), read_page(request))
        form = negotiate(request)
        return listing_reply(form, render_accounts(form, found), ())

    def _log_in(self, request: WSGIRequest) -> Reply:
        if not request.headers.get("X-Auth-User") or not request.headers.get("X-Auth-Key"):
            raise MissingCredentialsError
        try:
            login = log_in_by_headers(request)
        except LoginRefusedError as error:
            raise InvalidTokenError from error
        except ThrottledError as error:
            raise TokenThrottledError(error.seconds) from error
        url = account_url(request, login.user.account)
        return Reply(204, [*token_headers(login), ("X-Storage-Url", url)])
