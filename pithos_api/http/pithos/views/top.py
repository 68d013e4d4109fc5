from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest

from accounts.errors import LoginRefusedError, ThrottledError
from accounts.http import places
from accounts.http.swift_v1 import log_in_by_headers, token_headers
from pithos_api.errors import InvalidTokenError, MissingCredentialsError, TokenThrottledError
from pithos_api.http.authentication import is_anonymous
from pithos_api.http.operations.rights import nothing
from pithos_api.http.operations.table import Call, Operation, Table, always
from pithos_api.http.pithos.parsing.listings import read_containers
from pithos_api.http.pithos.rendering.documents import render_accounts
from pithos_api.services.listings.containers import list_accounts
from pithos_api.values.requests import ListContainers
from web.errors import InvalidHeaderError, PreconditionFailed
from web.reply import Reply
from web.views import View, head_of, listing_reply


def _get(call: Call[str, ListContainers]) -> Reply:
    found = list_accounts(call.credentials, call.wanted.page)
    form = call.wanted.form
    return listing_reply(form, render_accounts(form, found), ())


class NamelessAccountError(PreconditionFailed):
    """A write names an account by nothing."""

    def __init__(self) -> None:
        super().__init__("the path names no account")


OPERATIONS = Table[str](Operation("GET", always, read_containers, _get, nothing))


class TopView(View):
    """``/v1``: the accounts that share with the caller, and Swift's first way to log in."""

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Call the method of the verb. Raises: MethodNotAllowed, NamelessAccountError."""
        if request.path_info.endswith("/") and request.method in {"PUT", "POST", "DELETE"}:
            raise NamelessAccountError
        return super().answer(request, *names)

    def get(self, request: WSGIRequest) -> Reply:
        """200 or 204 with a page of accounts; 204 with a token; errors 400 401 429."""
        if is_anonymous(head_of(request)):
            return self._log_in(request)
        return OPERATIONS.perform(request, "")

    def _log_in(self, request: WSGIRequest) -> Reply:
        if not request.headers.get("X-Auth-User") or not request.headers.get("X-Auth-Key"):
            raise MissingCredentialsError
        try:
            login = log_in_by_headers(request)
        except LoginRefusedError as error:
            raise InvalidTokenError from error
        except ThrottledError as error:
            raise TokenThrottledError(error.seconds) from error
        url = _account_url(request, login.user.account)
        return Reply(204, [*token_headers(login), ("X-Storage-Url", url)])


def _account_url(request: WSGIRequest, account: str) -> str:
    """Return where an account is, under a host name that PITHOS_ALLOWED_HOSTS has.

    Raises: InvalidHeaderError: the Host header is none of ours, and is not repeated.
    """
    try:
        return places.account_url(request, account)
    except DisallowedHost as error:
        raise InvalidHeaderError("Host", "is not one of this store's names") from error
