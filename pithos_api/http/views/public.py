from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import PublicNotFoundError
from pithos_api.http.delivery import SANDBOX, disposition
from pithos_api.http.outputs import PUBLIC_HEADERS, object_headers
from pithos_api.http.reply import Reply
from pithos_api.http.views.base import APIView
from pithos_api.http.views.data import Readable, data_reply, head_reply, readable
from pithos_api.services import downloads
from pithos_api.values import ObjectState


class PublicView(APIView):
    """``/public/<key>``: anybody reads, no token is looked at (contract §2.6)."""

    def head(self, request: WSGIRequest, key: str) -> Reply:
        """200, 304; errors 404 409 412."""
        state = _open(key).state
        return head_reply(request, state, _headers(request, state))

    def get(self, request: WSGIRequest, key: str) -> Reply:
        """200, 206, 304; errors 404 409 412 416 503."""
        source = _open(key)
        return data_reply(request, source, _headers(request, source.state))


def _open(key: str) -> Readable:
    if not (key.isascii() and key.isalnum()):  # such as NUL, which the database refuses
        raise PublicNotFoundError
    return readable(downloads.open_public(key), None)


def _headers(request: WSGIRequest, state: ObjectState) -> list[tuple[str, str]]:
    headers = [field for field in object_headers(state) if field[0] in PUBLIC_HEADERS]
    wanted = request.GET.get("disposition-type")
    if wanted in {"inline", "attachment"} or state.version.details.content_disposition is None:
        kind = wanted if wanted in {"inline", "attachment"} else "attachment"
        headers = [field for field in headers if field[0] != "Content-Disposition"]
        headers.append(("Content-Disposition", disposition(str(kind), state.path.name)))
    return [*headers, SANDBOX]
