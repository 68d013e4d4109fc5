"""The part of Keystone v3 that clients of an object store need: one domain, a project a user."""

from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any

from django.core.handlers.wsgi import WSGIRequest

from accounts.errors import ForeignTokenError, LoginRefusedError, SubjectNotFoundError
from accounts.http.bodies import read_checked
from accounts.http.keystone.catalog import swift_catalog_v3
from accounts.http.keystone.faults import keystone_fault
from accounts.http.keystone.forms import DOMAIN, TokenRequest
from accounts.http.view import ClientView, caller_of, json_reply
from accounts.logins import logins
from accounts.logins.logins import Login
from accounts.tokens.tokens import revoke_token, token_digest
from observability import request_context
from web.json_values import JSONObject, JSONValue
from web.reply import Reply


class V3TokensView(ClientView):
    """Tokens: got, looked at, revoked."""

    def fault(self, status: int, message: str) -> JSONObject:
        return keystone_fault(status, message)

    def post(self, request: WSGIRequest) -> Reply:
        """201 with the token in ``X-Subject-Token``; errors 400 401 413 429."""
        auth = read_checked(request, TokenRequest)["auth"]
        [method] = auth["identity"]["methods"]
        login = _log_in(method, auth["identity"][method])
        _check_project(login, auth.get("scope", {}).get("project"))
        return _token_reply(request, login, method, status=201)

    def get(self, request: WSGIRequest) -> Reply:
        """200 with what the token in ``X-Subject-Token`` is; also HEAD; errors 401 403 404."""
        subject = _subject(request, caller_of(request))
        return _token_reply(request, subject, "token", status=200)

    head = get

    def delete(self, request: WSGIRequest) -> Reply:
        """204: the token in ``X-Subject-Token`` fails from now on; errors 401 403 404."""
        caller = caller_of(request)
        subject = _subject(request, caller)
        with request_context.acting(lambda: caller.user.account):
            revoke_token(subject.token)
        return Reply(204)


def _log_in(method: str, given: dict[str, Any]) -> Login:
    """Raises: LoginRefusedError."""
    if method == "token":
        return logins.log_in_by_token(given["id"])
    user = given.get("user") or {"id": given.get("id")}
    _check_domain(user)
    key = given["secret"] if method == "application_credential" else user["password"]
    return logins.log_in(user.get("id") or user["name"], key)


def _check_domain(named: dict[str, Any]) -> None:
    """Raises: LoginRefusedError: of another domain than ours."""
    for field, name in named.get("domain", {}).items():
        if name.lower() != DOMAIN[field].lower():
            raise LoginRefusedError


def _check_project(login: Login, project: dict[str, Any] | None) -> None:
    """Raises: LoginRefusedError: the project is not the user's own."""
    if project is None:
        return
    _check_domain(project)
    if not logins.is_account_of(login.user, project.get("id") or project["name"]):
        raise LoginRefusedError


def _subject(request: WSGIRequest, caller: Login) -> Login:
    """Return the login of ``X-Subject-Token``, which is the caller's own or an operator asks.

    Raises: ForeignTokenError, SubjectNotFoundError.
    """
    subject = logins.find_login(request.headers.get("X-Subject-Token", ""))
    if subject is None:
        raise SubjectNotFoundError
    if subject.user != caller.user and not caller.user.is_operator:
        raise ForeignTokenError("is somebody else's")
    if caller.is_limited and subject.token != caller.token:
        raise ForeignTokenError("has a scope and may ask about itself alone")
    return subject


def _token_reply(request: WSGIRequest, login: Login, method: str, status: int) -> Reply:
    user = login.user
    token: dict[str, JSONValue] = {
        "methods": [method],
        "user": {
            "id": str(user.uuid),
            "name": user.account,
            "domain": DOMAIN,
            "password_expires_at": None,
        },
        "project": {"id": user.account, "name": user.account, "domain": DOMAIN},
        "is_domain": False,
        "roles": [{"id": "member", "name": "member"}],
        "audit_ids": [_audit_id(login.token)],
        "issued_at": _iso(login.issued),
        "expires_at": _iso(login.good_until),
    }
    if "nocatalog" not in request.GET:
        token["catalog"] = swift_catalog_v3(request, user.account)
    return json_reply(status, {"token": token}, (("X-Subject-Token", login.token),))


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _audit_id(token: str) -> str:
    """Return what a token may be called in logs: a part of its hash."""
    return urlsafe_b64encode(token_digest(token)[:16]).decode().rstrip("=")
