"""Swift's first way to log in: user and key in headers, a token in headers."""

from datetime import UTC, datetime
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.errors import LoginRefusedError, ThrottledError
from accounts.http.places import storage_url
from accounts.logins import logins
from accounts.logins.logins import LOGIN_LIFETIME, Login


@csrf_exempt  # no cookie authenticates anybody here
@require_safe
def log_in(request: HttpRequest) -> HttpResponse:
    """200 with a token and the storage URL; 401 for a wrong user or key, 429 for many."""
    try:
        login = log_in_by_headers(request)
    except LoginRefusedError as error:
        return _reply(401, f"{error}\n")
    except ThrottledError as error:
        response = _reply(429, f"{error}\n")
        response["Retry-After"] = str(error.seconds)
        return response
    response = _reply(200, "")
    for name, value in token_headers(login):
        response[name] = value
    response["X-Storage-Url"] = storage_url(request, login.user.account)
    return response


def log_in_by_headers(request: HttpRequest) -> Login:
    """Return who logs in by ``X-Auth-User`` and ``X-Auth-Key``, or by the names of old.

    Raises: LoginRefusedError, ThrottledError.
    """
    user = _field(request, "X-Auth-User") or _field(request, "X-Storage-User")
    key = _field(request, "X-Auth-Key") or _field(request, "X-Storage-Pass")
    return logins.log_in(user, key)


def token_headers(login: Login) -> list[tuple[str, str]]:
    """Return the headers with the token, and in how many seconds to come back for another."""
    longest = datetime.now(UTC) + LOGIN_LIFETIME
    left = min(login.expires or longest, longest) - datetime.now(UTC)
    return [
        ("X-Auth-Token", login.token),
        ("X-Storage-Token", login.token),
        ("X-Auth-Token-Expires", str(int(left.total_seconds()))),
    ]


def _field(request: HttpRequest, name: str) -> str:
    """Return a header as text: UTF-8, plain or percent-encoded."""
    raw = request.headers.get(name, "").encode("latin-1").decode(errors="replace")
    return unquote(raw)


def _reply(status: int, text: str) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=UTF-8")
    response["Cache-Control"] = "no-store"
    return response
