from dataclasses import replace
from typing import Final, cast

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from accounts.identity.base import RequestFacts
from accounts.tokens.credentials import Credentials
from blobs.errors import NotLocalError, UserNotFoundError
from blobs.http.parsing import (
    MOST_IDS,
    has_flag,
    namespace_of,
    parse_ids,
    read_arriving,
    read_direction,
    read_list,
    read_range,
)
from blobs.http.requests import blob_request, body_of
from blobs.services import backend
from blobs.services.incoming import with_preamble
from blobs.services.streaming import open_stream, store_stream
from blobs.values.blobs import INCOMING_NAMESPACE, Flag, checked_name
from blobs.values.requests import BlobRequest
from pithos_api.services.access.credentials import require_service
from web.bodies.body import read_all
from web.bodies.data import data_reply
from web.errors import Forbidden, Unauthorized
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply
from web.request_head import RequestHead
from web.views import View, head_of

_JSON: Final = ("Content-Type", CONTENT_TYPES[Format.JSON])
_BYTES: Final = (
    ("Content-Type", "application/octet-stream"),
    ("Content-Disposition", "attachment"),
    ("Accept-Ranges", "bytes"),
)


class BlobsView(View):
    """``/blobs/<user>``: the blobs of a namespace."""

    def head(self, request: WSGIRequest, user: str) -> Reply:
        """As GET, without the body."""
        return _without_body(self.get(request, user))

    def get(self, request: WSGIRequest, user: str) -> Reply:
        """200 with a JSON list of ids, or ``{"count": n}``; errors 400 401 403."""
        head = head_of(request)
        namespace, wanted = namespace_of(head), read_list(head)
        asked = blob_request(request, checked_name(user, "the user"), namespace)
        if wanted.counts:
            count = backend.current().count(user, asked, namespace)
            return Reply(200, [_JSON], orjson.dumps({"count": count}))
        found = backend.current().list_blobs(
            user, asked, namespace, wanted.order_by, wanted.deleted, wanted.filter_flag
        )
        return Reply(200, [_JSON], found.encode())


class BlobView(View):
    """``/blobs/<user>/<id>``: one blob."""

    def head(self, request: WSGIRequest, user: str, blob: str) -> Reply:
        """200 with ``Content-Length`` and ``Tag``, or as GET of flags; errors 400 401 403 404."""
        head, namespace, asked = _asked(request, user, blob)
        if has_flag(head, "only_flags"):
            return _without_body(self.get(request, user, blob))
        found = backend.current().read_blob(user, blob, asked, namespace)
        length = ("Content-Length", str(found.size))
        return Reply(200, [*_BYTES, ("Tag", found.tag), length])

    def get(self, request: WSGIRequest, user: str, blob: str) -> Reply:
        """200, 206 with the bytes and ``Tag``, 200 with flags; errors 400 401 403 404 416 503."""
        head, namespace, asked = _asked(request, user, blob)
        if has_flag(head, "only_flags"):
            flags = backend.current().get_flags(user, blob, asked, namespace)
            return Reply(200, [_JSON], flags.encode())
        found = backend.current().read_blob(user, blob, asked, namespace)
        return data_reply(read_range(head, found.size), found, [*_BYTES, ("Tag", found.tag)])

    def put(self, request: WSGIRequest, user: str, blob: str) -> Reply:
        """200, it is stored; errors 400 401 403 408 409 411 507."""
        _, namespace, asked = _asked(request, user, blob)
        backend.current().write_blob(user, blob, asked, namespace)
        return Reply(200)

    def post(self, request: WSGIRequest, user: str, blob: str) -> Reply:
        """200, it has these flags; errors 400 401 403 404 406 409 411."""
        _, namespace, asked = _asked(request, user, blob)
        wrong = backend.current().set_flags(user, blob, asked, namespace)
        if wrong is None:
            return Reply(200)
        return Reply(406, [("Content-Type", CONTENT_TYPES[Format.TEXT])], f"{wrong}\n".encode())

    def delete(self, request: WSGIRequest, user: str, blob: str) -> Reply:
        """200, it is deleted; errors 400 401 403 404."""
        _, namespace, _ = _asked(request, user, blob)
        backend.current().delete_blob(user, blob, namespace)
        return Reply(200)


class BlobStreamView(View):
    """``/stream/<user>``: many blobs in one body."""

    def post(self, request: WSGIRequest, user: str) -> Reply:
        """200, with the blobs that the body names or storing those that it has.

        Errors 400 401 403 404 409 411 413 507.
        """
        head = head_of(request)
        namespace, direction = namespace_of(head), read_direction(head)
        asked = blob_request(request, checked_name(user, "the user"), namespace)
        if direction == "upload":
            arriving, rest = read_arriving(asked.body())
            of_blobs = replace(asked, body=lambda: rest)
            store_stream(backend.current(), user, arriving, of_blobs, namespace)
            return Reply(200)
        ids = parse_ids(read_all(asked.body(), MOST_IDS))
        length, pieces = open_stream(backend.current(), user, ids, asked, namespace)
        return Reply(200, [*_BYTES[:2], ("Content-Length", str(length))], pieces)


class IncomingView(View):
    """``/incoming/<user>/<id>``: what a mail exchange on this machine delivers."""

    def put(self, request: WSGIRequest, user: str, blob: str) -> Reply:
        """200, it is in the namespace ``MX``; errors 400 401 403 409 411 507, all others 500."""
        head = head_of(request)
        require_service(head)
        client = RequestFacts(head.fields, settings.PITHOS_TRUSTED_PROXIES).client
        if client is None or not client.is_loopback:
            raise NotLocalError
        owner = Credentials.signed_by(checked_name(user, "the user"), scope=None)
        body = with_preamble(checked_name(blob, "the id"), body_of(request))
        asked = BlobRequest(owner, lambda: body, flags=(Flag.PENDING,))
        try:
            backend.current().write_blob(user, blob, asked, INCOMING_NAMESPACE)
        except (Unauthorized, Forbidden) as error:
            raise UserNotFoundError(user) from error
        return Reply(200, [_JSON], orjson.dumps({"success": True}))


def _without_body(reply: Reply) -> Reply:
    length = ("Content-Length", str(len(cast(bytes, reply.body))))
    return Reply(reply.status, [*reply.headers, length])


def _asked(request: WSGIRequest, user: str, blob: str) -> tuple[RequestHead, str, BlobRequest]:
    """Return what a request about one blob says. Raises: InvalidBlobError; as ``blob_request``."""
    head = head_of(request)
    namespace = namespace_of(head)
    checked_name(user, "the user")
    return head, namespace, blob_request(request, user, namespace, checked_name(blob, "the id"))
