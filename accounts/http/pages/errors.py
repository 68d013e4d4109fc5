"""What is answered where there is no page: HTML to browsers, a line of text to programs."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def error_page(request: HttpRequest, status: int, title: str, *told: str) -> HttpResponse:
    """Return an answer that says what went wrong. told: sentences; what a client sent is escaped.

    Neither the session nor the database is asked: they may be what went wrong.
    """
    if "text/html" not in request.headers.get("Accept", ""):
        text = " ".join(f"{each}." for each in (title, *told))
        return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
    page = render_to_string("account/error.html", {"title": title, "told": told})
    return HttpResponse(page, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    place = _(
        "Objects are below the URL of their account, which its user's page at /account/ tells"
    )
    return error_page(request, 404, _("There is nothing here"), place)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what Django itself refuses."""
    return error_page(request, 400, _("This request cannot be understood"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 for what a signed-in user may not."""
    return error_page(request, 403, _("You may not do this"))


def failed(request: HttpRequest) -> HttpResponse:
    """500; what happened is in the log."""
    return error_page(request, 500, _("Something went wrong here"), _("The log says what it was"))


def foreign_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that does not come from a page of ours, or from one of long ago."""
    hint = _("Load the page again, with cookies allowed, and send it once more")
    return error_page(request, 403, _("This form was not taken"), hint)
