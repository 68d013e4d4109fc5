"""What all pages of operators have in common."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar, TypeAlias
from urllib.parse import unquote

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.generic.base import View

from accounts.models import User
from operators.services.bounded import TooSlowError, bounded

Found: TypeAlias = Mapping[str, object]
"""What a template shows, by name."""


class OperatorPage(LoginRequiredMixin, View):
    """A page for operators: others are sent to sign in, or get 403. Nobody keeps it.

    template: below ``operators/``. place: the name of the page in the navigation.
    """

    template: ClassVar[str]
    place: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        """Answer operators; 503 with a page where a statement takes too long.

        400 for a NUL, which no text in the database has.
        """
        if request.user.is_authenticated and not self.operator().is_operator:
            raise PermissionDenied
        if "\0" in unquote(request.get_full_path()):
            raise BadRequest
        try:
            response = super().dispatch(request, *args, **kwargs)
        except TooSlowError:
            response = self.shown("too_slow.html", {}, HTTPStatus.SERVICE_UNAVAILABLE)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get(self, request: HttpRequest, **_names: str | int) -> HttpResponseBase:
        """200."""
        with bounded():
            return self.page(self.found())

    def found(self) -> Found:
        """Return what the template shows; the names in the address are in ``kwargs``."""
        raise NotImplementedError

    def page(self, found: Found, status: int = HTTPStatus.OK) -> HttpResponse:
        """Return the page with what was found."""
        return self.shown(self.template, found, status)

    def shown(self, template: str, found: Found, status: int) -> HttpResponse:
        """Return a page of another template."""
        context = {**found, "place": self.place}
        return render(self.request, f"operators/{template}", context, status=status)

    def operator(self) -> User:
        """Return who is signed in."""
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - LoginRequiredMixin has seen to it
        return user
