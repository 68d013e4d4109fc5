"""What holds for all pages, the admin's too."""

import logging
import re
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation

from accounts.errors import ThrottledError
from accounts.http.pages import policy
from accounts.http.pages.errors import error_page
from observability import request_context

# What people type, as in deploy/nginx.conf.
_PAGES: Final = re.compile(
    "/((admin|operators)/.*|files/|account/|account/sign-in|account/password|account/logins|login)?"
)

_TRANSLATED: Final = re.compile("/account/(?!v1)|/files/|/operators/|/login$")

# Of as many bytes of form fields Django makes objects of a hundred times the size.
MAX_BODY: Final = 64 << 10
MAX_TARGET: Final = 3 << 10
_MINUTE: Final = 60.0

GetResponse = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)


class ContentPolicy:
    """Tells browsers what a page without a policy of its own may load: nothing from elsewhere."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if not settings.DEBUG:  # Django's own error pages have scripts and styles in them
            response.headers.setdefault(policy.HEADER, policy.for_path(request.path_info))
        return response


class KnownHosts:
    """400 under a name that is not ours: it says which setting makes it so, and so does the log."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response
        self._logged = float("-inf")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            self._log(request.META.get("HTTP_HOST", ""))
            return error_page(
                request,
                400,
                "Logins and pages do not answer under this name",
                "Its operator can add the name to PITHOS_ALLOWED_HOSTS, and start the store again",
            )
        return self._get_response(request)

    def _log(self, host: str) -> None:
        now = time.monotonic()
        if now - self._logged > _MINUTE:  # anybody may send any name, as often as they like
            self._logged = now
            log.warning(
                "400 under the name %.100r: PITHOS_ALLOWED_HOSTS lists no such name, so logins and"
                " pages do not answer under it",
                host,
            )


class SmallBodies:
    """413 for a body that no form has: Django would keep it in memory, before it knows who asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
            return HttpResponse("the body is too large\n", status=413, content_type="text/plain")
        return self._get_response(request)


class SecretsOverTLS:
    """403 over http for what may bring a password or token: a redirect has it sent once more.

    Pages are redirected by Django, where PITHOS_HTTPS says that there is TLS.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PITHOS_HTTPS and not request.is_secure() and not _is_page(request):
            return HttpResponse("https only\n", status=403, content_type="text/plain")
        return self._get_response(request)


def _is_page(request: HttpRequest) -> bool:
    return request.method in {"GET", "HEAD"} and _PAGES.fullmatch(request.path_info) is not None


class ShortTargets:
    """414 for a path and query that no page has: a redirect repeats them, encoded twice."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        target = meta.get("RAW_URI") or f"{meta['PATH_INFO']}?{meta.get('QUERY_STRING', '')}"
        if len(target) > MAX_TARGET:
            reason = f"path and query have more than {MAX_TARGET} bytes\n"
            return HttpResponse(reason, status=414, content_type="text/plain")
        return self._get_response(request)


class PageLanguage(LocaleMiddleware):
    """Users' pages are in the language that their browser asks for, or that they chose.

    Programs are answered in English, and so are operators by Django's own admin pages.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Choose the language."""
        if _TRANSLATED.match(request.path_info):
            super().process_request(request)
        else:
            translation.activate(settings.LANGUAGE_CODE)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Tell it, and that it depends on what the browser asked for."""
        if _TRANSLATED.match(request.path_info):
            return super().process_response(request, response)
        return response


class ActingUser:
    """What is changed in the pages is done by whoever is signed in there, whosever it is."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A sign-in gives the request another user.
        with request_context.acting(lambda: request.user.get_username()):  # noqa: PLW0108
            return self._get_response(request)


class ThrottledForms:
    """Answers 429 if a password was not tried because too many were wrong."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer the one error that any form with a password may raise."""
        if not isinstance(error, ThrottledError):
            return None
        response = render(request, "account/too_many.html", {"error": error}, status=429)
        response["Retry-After"] = str(error.seconds)
        return response
