from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.swift.cors import rules_of
from web.cors import origin_headers, preflight_reply
from web.reply import Reply
from web.views import View, head_of


class SwiftView(View):
    """A resource as Swift's clients know it."""

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Call the method of the request's verb.

        Raises: MethodNotAllowed.
        """
        reply = super().answer(request, *names)
        if "HTTP_ORIGIN" in request.META and request.method != "OPTIONS":
            head = head_of(request)
            reply.headers += origin_headers(head, reply.headers, rules_of(head))
        return reply


class ScriptableView(SwiftView):
    """A resource that scripts of other origins may use, where its container says so."""

    def options(self, request: WSGIRequest, *_names: str) -> Reply:
        """200 for an origin and a method that are allowed; error 401."""
        head = head_of(request)
        return preflight_reply(head, self.allowed(), rules_of(head))
