"""What the views for clients share: no cookies, errors as JSON, nothing kept by caches."""

from typing import Any

from rest_framework.exceptions import APIException, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from accounts.errors import LoginRefusedError, TooManyGuessesError

NAMES = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    429: "overLimit",
}


class AnyFormat(BaseContentNegotiation):
    """``?format=``, else the first of Accept that we have, else JSON; never 404 or 406."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return None  # bodies.py reads

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        wanted = [request.query_params.get("format", "")]
        wanted += [each.partition(";")[0].strip() for each in _accepted(request)]
        for name in wanted:
            for renderer in renderers:
                if name in {renderer.format, renderer.media_type}:
                    return renderer, renderer.media_type
        return renderers[0], renderers[0].media_type


def _accepted(request: Request) -> list[str]:
    accept: str = request.META.get("HTTP_ACCEPT", "")
    return accept.split(",")


class ClientView(APIView):
    """A resource for programs. Their token is in a header, so that no CSRF is possible."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes: tuple[type[BaseRenderer], ...] = (JSONRenderer,)
    content_negotiation_class = AnyFormat

    def fault(self, status: int, message: str) -> dict[str, Any]:
        """Return the body of an error."""
        name = NAMES.get(status, "identityFault")
        return {name: {"code": status, "message": message, "details": ""}}

    def handle_exception(self, exc: Exception) -> Response:
        """Answer what we foresaw; all else is Django's logged 500."""
        headers = {}
        if isinstance(exc, LoginRefusedError):
            status, message = 401, str(exc)
        elif isinstance(exc, TooManyGuessesError):
            status, message = 429, str(exc)
            headers["Retry-After"] = str(exc.seconds)
        elif isinstance(exc, APIException):
            status, message = exc.status_code, _message(exc)
        else:
            raise exc
        return Response(self.fault(status, message), status=status, headers=headers)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response["Cache-Control"] = "no-store"
        response["Vary"] = "X-Auth-Token, Accept"
        return super().finalize_response(request, response, *args, **kwargs)


def _message(error: APIException) -> str:
    """Return one line; of a form's errors the first, with the path of its field."""
    if not isinstance(error, ValidationError):
        return str(error.detail)
    path: list[str] = []
    detail: Any = error.detail
    while not isinstance(detail, str):
        if isinstance(detail, dict):
            key, detail = next(iter(detail.items()))
            path += [] if key == api_settings.NON_FIELD_ERRORS_KEY else [str(key)]
        else:
            detail = next(each for each in detail if each)
    return ": ".join([*filter(None, [".".join(path)]), detail])
