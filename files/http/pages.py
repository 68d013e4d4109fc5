"""The one page of the file browser; what it shows is told by the part of its address behind #."""

from functools import cache
from pathlib import Path
from typing import Final

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.generic.base import View

from files.http import policy

_STATIC: Final = Path(__file__).parent.parent / "static"
# What the first view consists of. The rest is loaded when it is asked for.
_FIRST: Final = ("core", "shell", "find")


class FilesPage(LoginRequiredMixin, View):
    """The page, for whoever is signed in; others are sent to sign in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """200."""
        get_token(request)  # its scripts read it in the cookie
        answer = render(request, "files/page.html", {"modules": _modules()})
        answer.headers[policy.HEADER] = policy.PAGE
        answer.headers["Cache-Control"] = "no-store"
        return answer


@cache
def _modules() -> list[str]:
    """Return what the browser may fetch at once, before it has read which script needs which."""
    found = [
        path for folder in _FIRST for path in sorted((_STATIC / "files" / folder).glob("*.js"))
    ]
    return ["files/vendor/lit.js", *(path.relative_to(_STATIC).as_posix() for path in found)]
