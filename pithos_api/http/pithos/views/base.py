from django.core.handlers.wsgi import WSGIRequest

from web.negotiation import CONTENT_TYPES, negotiate
from web.reply import Reply
from web.views import View, head_of


class PithosView(View):
    """A resource as clients of Pithos know it."""

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Call the method of the request's verb.

        What was created says in which form the request asked for answers, and no answer but a
        fault has an id: programs compare the headers of one answer with those of another.

        Raises: MethodNotAllowed.
        """
        reply = super().answer(request, *names)
        reply.tells_id = False
        if reply.status == 201 and not reply.body:
            form = negotiate(head_of(request))
            reply.headers.append(("Content-Type", CONTENT_TYPES[form]))
        return reply
