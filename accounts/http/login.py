"""Where a client without a token sends its user (contract §2.0, identity.md)."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET


@require_GET
def login(request: HttpRequest) -> HttpResponse:
    """302 to the external login with ``next`` and ``renew``; 400 for a bad ``next``; else 404.

    The login service appends a token to ``next``, so it must lead to this site or to an origin
    that PITHOS_LOGIN_NEXT lists.
    """
    if not settings.PITHOS_LOGIN_URL or settings.PITHOS_STATIC_TOKENS:
        return HttpResponse("there is no external login\n", status=404, content_type="text/plain")
    target = request.GET.get("next", "")
    if not _may_follow(request, target):
        return HttpResponse(
            "next must lead to this site or to one that PITHOS_LOGIN_NEXT lists\n",
            status=400,
            content_type="text/plain",
        )
    query = {"next": target} | ({"renew": ""} if "renew" in request.GET else {})
    mark = "&" if urlsplit(settings.PITHOS_LOGIN_URL).query else "?"
    response = HttpResponseRedirect(f"{settings.PITHOS_LOGIN_URL}{mark}{urlencode(query)}")
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _may_follow(request: HttpRequest, target: str) -> bool:
    """Return whether ``target`` is on this site, or exactly on an origin of the allow-list."""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        return True
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.netloc}" in settings.PITHOS_LOGIN_NEXT
