"""A token for the scripts of a page: they keep it in memory, and nowhere else."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.errors import SessionOverError
from accounts.http.pages.policy import PrivatePage
from accounts.logins.session_tokens import new_session_token
from accounts.models import User
from web.faults import NAMES


class SessionTokenView(PrivatePage):
    """By POST alone, with the session's cookie and its CSRF token: no other site can ask for it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """201 with ``token``, ``account`` and ``expires``; 401 for whoever is signed out by now.

        Without a CSRF token of ours Django has answered 403.
        """
        try:
            user = _signed_in(request)
            made = new_session_token(user, request.session.session_key or "")
        except SessionOverError as error:
            fault = {"code": 401, "message": str(error), "details": ""}
            return JsonResponse({NAMES[401]: fault}, status=401)
        told = {"account": user.account, "expires": made.expires.isoformat()}
        return JsonResponse({"token": made.token, **told}, status=201)


def _signed_in(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SessionOverError
    return request.user
