"""What browsers are told about the pages: nothing from elsewhere, no frames, no scripts.

The admin's own scripts are files of this site, and the only ones.
"""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic.base import View

from accounts.http.targets import SCHEMES

HEADER: Final = "Content-Security-Policy"
_PLAIN: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ADMIN: Final = f"{_PLAIN}; script-src 'self'; connect-src 'self'; form-action 'self'"


def for_path(path: str) -> str:
    """Return the policy of a page that has none of its own."""
    return _ADMIN if path.startswith("/admin/") else f"{_PLAIN}; form-action 'self'"


class PrivatePage(View):
    """A page that is nobody else's to keep or to frame."""

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        """Answer, and add the policy."""
        response = super().dispatch(request, *args, **kwargs)
        # A form leads where the redirects after it lead: a login to whoever gets the token.
        forms = ["'self'", *settings.PITHOS_LOGIN_NEXT, *(f"{each}:" for each in SCHEMES)]
        response.headers[HEADER] = f"{_PLAIN}; form-action {' '.join(forms)}"
        response.headers["Cache-Control"] = "no-store"
        return response
