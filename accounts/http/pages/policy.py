"""What browsers are told about the pages: nothing from elsewhere, no frames, no scripts."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic.base import View

from accounts.http.targets import SCHEMES


class PrivatePage(View):
    """A page that is nobody else's to keep or to frame."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, and add the policy."""
        response = super().dispatch(request, *args, **kwargs)
        # A form leads where the redirects after it lead: a login to whoever gets the token.
        forms = ["'self'", *settings.PITHOS_LOGIN_NEXT, *(f"{each}:" for each in SCHEMES)]
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action {' '.join(forms)}"
        )
        response.headers["Cache-Control"] = "no-store"
        return response
