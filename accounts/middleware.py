"""What holds for all pages, the admin's too."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.errors import TooManyGuessesError

MAX_BODY: Final = 64 * 1024

GetResponse = Callable[[HttpRequest], HttpResponse]


class SmallBodies:
    """413 for a body that no form has: Django would keep it in memory, before it knows who asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
            return HttpResponse("the body is too large\n", status=413, content_type="text/plain")
        return self._get_response(request)


class SlowGuesses:
    """429 where a password was not tried because too many were wrong."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer the one error that any form with a password may raise."""
        if not isinstance(error, TooManyGuessesError):
            return None
        response = render(request, "account/too_many.html", {"error": error}, status=429)
        response["Retry-After"] = str(error.seconds)
        return response
